const byId = (id) => document.getElementById(id);
const study = JSON.parse(byId("content").textContent);
const memory = openMemory(`ct2xkeras-study-${study.study}`);
const scale = [...byId("scale").children];
const FEEDBACK = 160; // ms for which a score is shown as taken

let rater = "";
let order = [];
let scores = {};
let position = 0;
let shownAt = 0; // 0 while the pictures are not on the screen: nothing can be rated then

// Screens

function setAll(selector, text) {
  for (const element of document.querySelectorAll(selector)) element.textContent = text;
}

function show(id, heading) {
  for (const section of document.querySelectorAll("main > section")) {
    section.hidden = section.id !== id;
  }
  window.scrollTo(0, 0);
  byId(heading).focus({ preventScroll: true });
}

function showIntro(progress) {
  const done = progress ? Object.keys(progress.scores).length : 0;
  byId("start-form").hidden = done > 0;
  byId("resume").hidden = done === 0;
  byId("no-storage").hidden = memory.works;
  if (done) {
    byId("resume-text").textContent =
      `Welcome back, ${progress.rater}: ${done} of ${Object.keys(study.items).length} pictures are rated.`;
  }
  show("intro", "intro-title");
}

function showEnd() {
  shownAt = 0;
  setAll(".saved", "");
  show("end", "end-title");
}

async function showItem(at) {
  position = at;
  shownAt = 0;
  const id = order[at];
  setAll(".saved", "");
  const [picture, reference] = study.items[id].map((index) => study.pictures[index]);
  byId("rating").classList.add("loading");
  if (byId("rating").hidden) show("rating", "question");
  showState(id);
  byId("picture").src = picture;
  byId("reference").src = reference;
  await Promise.allSettled([byId("picture").decode(), byId("reference").decode()]);
  if (position !== at) return;
  byId("rating").classList.remove("loading");
  shownAt = performance.now();
}

function showState(id) {
  const given = scores[id]?.score;
  for (const button of scale) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.score) === given));
  }
  byId("progress").value = Object.keys(scores).length;
  byId("count").textContent = `${position + 1} of ${order.length}`;
  byId("back").disabled = position === 0;
  byId("forward").disabled = given === undefined;
  byId("status").textContent =
    `Picture ${position + 1} of ${order.length}` + (given ? `, rated ${given}` : "");
}

// Steps

function start(progress) {
  ({ rater, scores } = progress);
  order = orderOf(study, rater);
  memory.write(progress);
  const next = order.findIndex((id) => !(id in scores));
  if (next < 0) showEnd();
  else showItem(next);
}

function rate(score) {
  if (!shownAt) return;
  const id = order[position];
  const at = position;
  const ms = (scores[id]?.ms ?? 0) + Math.round(performance.now() - shownAt);
  shownAt = 0;
  scores[id] = { score, ms };
  memory.write({ rater, scores });
  showState(id);
  setTimeout(() => {
    if (position === at) goForward();
  }, FEEDBACK);
}

function goForward() {
  if (!(order[position] in scores)) return;
  if (position + 1 < order.length) showItem(position + 1);
  else showEnd();
}

function goBack() {
  if (position > 0) showItem(position - 1);
}

function restart() {
  if (!window.confirm("Delete the ratings in this browser? Save the result first.")) return;
  memory.clear();
  byId("rater").value = "";
  showIntro(null);
}

const randomName = () =>
  "rater-" + [...crypto.getRandomValues(new Uint8Array(4))].map((b) => b.toString(16).padStart(2, "0")).join("");

function saveResult(ending, type, text) {
  const name = `ct2xkeras-study-${study.study}-${rater}.${ending}`;
  save(name, type, text(study, rater, ratingsOf(order, scores)));
  setAll(".saved", `Saved as ${name}, in the folder of your downloads.`);
}

// Input

function onKey(event) {
  if (byId("rating").hidden || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  if (/^[1-5]$/.test(event.key)) rate(Number(event.key));
  else if (event.key === "ArrowLeft" || event.key === "Backspace") goBack();
  else if (event.key === "ArrowRight") goForward();
  else return;
  event.preventDefault();
}

document.addEventListener("keydown", onKey);
for (const button of scale) button.addEventListener("click", () => rate(Number(button.dataset.score)));
byId("back").addEventListener("click", goBack);
byId("forward").addEventListener("click", goForward);
byId("last").addEventListener("click", () => showItem(order.length - 1));
byId("continue").addEventListener("click", () => start(memory.read()));
byId("start-form").addEventListener("submit", (event) => {
  event.preventDefault();
  start({ rater: byId("rater").value || randomName(), scores: {} });
});
for (const button of document.querySelectorAll(".restart")) button.addEventListener("click", restart);
for (const button of document.querySelectorAll(".save-json")) {
  button.addEventListener("click", () => saveResult("json", "application/json", resultJson));
}
byId("save-csv").addEventListener("click", () => saveResult("csv", "text/csv", resultCsv));

for (const index of study.examples) {
  const image = new Image();
  image.src = study.pictures[index];
  image.alt = "A real X-ray image";
  byId("examples").append(image);
}
showIntro(memory.read());
