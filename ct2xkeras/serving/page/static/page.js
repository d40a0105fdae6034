const byId = (id) => document.getElementById(id);
const OWN = "own"; // the choice of a radiograph of one's own
const sliders = [byId("primary"), byId("secondary")];

let source = { phantom: 1 }; // or { file }
let ownStyle = null; // a File
let shown = { ct: "", style: "" };
let drawing = false;
let drawAgain = false;

// Asking

function say(text, isWrong = false) {
  byId("status").textContent = text;
  byId("status").classList.toggle("wrong", isWrong);
}

function address(path, values) {
  return `/page/${path}?${new URLSearchParams(values)}`;
}

async function ask(path, values, settings) {
  let response;
  try {
    response = await fetch(address(path, values), settings);
  } catch {
    throw new Error("The server does not answer.");
  }
  if (response.ok) return response;
  const content = await response.json().catch(() => ({}));
  const error = new Error(content.error || `The server answers ${response.status}.`);
  error.isGone = response.status === 404;
  throw error;
}

async function attempt(text, work) {
  say(text);
  try {
    await work();
  } catch (error) {
    say(error.message, true);
  }
}

// CT and style

const model = () => byId("model").value;

async function loadCT() {
  const wanted = source;
  const values = { model: model() };
  const settings = { method: "POST" };
  if (wanted.file) {
    values.name = wanted.file.name;
    settings.body = wanted.file;
  } else {
    values.phantom = wanted.phantom;
  }
  const found = await (await ask("ct", values, settings)).json();
  if (wanted !== source) return;
  shown.ct = found.ct;
  byId("ct-name").textContent =
    `${found.name}, ${found.voxels.join(" x ")} voxels of ${found.spacing.join(" x ")} mm`;
  byId("ct-name").title = found.notes.join("\n");
}

async function loadStyle() {
  const choice = byId("style").value;
  const values = { model: model() };
  const settings = { method: "POST" };
  if (choice === OWN) {
    values.name = ownStyle.name;
    settings.body = ownStyle;
  } else {
    values.look = choice;
  }
  const found = await (await ask("style", values, settings)).json();
  if (choice === byId("style").value) shown.style = found.style;
}

function changeCT(next) {
  source = next;
  return attempt("Reading and encoding the CT …", async () => {
    await loadCT();
    await draw();
  });
}

function changeStyle() {
  return attempt("Reading the style …", async () => {
    await loadStyle();
    await draw();
  });
}

function reload() {
  return attempt("Reading and encoding the CT …", async () => {
    await Promise.all([loadCT(), loadStyle()]);
    await draw();
  });
}

// Pictures

const view = () => ({ ...shown, primary: sliders[0].value, secondary: sliders[1].value });

function side(value, positive, negative) {
  if (Number(value) === 0) return "0°";
  return `${value > 0 ? positive : negative} ${Math.abs(value)}°`;
}

function showAngles() {
  byId("primary-text").textContent = side(sliders[0].value, "LAO", "RAO");
  byId("secondary-text").textContent = side(sliders[1].value, "cranial", "caudal");
}

// Only the newest position is asked for: what a hand passes over while the server works is left out.
async function draw() {
  if (!shown.ct || !shown.style) return;
  if (drawing) {
    drawAgain = true;
    return;
  }
  drawing = true;
  try {
    do {
      drawAgain = false;
      const found = await (await ask("view", view())).json();
      for (const name of ["drr", "xray"]) byId(name).src = `data:image/png;base64,${found[name]}`;
      byId("xray").dataset.view = `${sliders[0].value}/${sliders[1].value}`;
      for (const button of document.querySelectorAll(".keep button")) button.disabled = false;
      say(found.truncated ? "Rays at the border leave the CT: it is cut off there." : "");
    } while (drawAgain);
  } finally {
    drawing = false;
  }
}

async function turn() {
  showAngles();
  try {
    await draw();
  } catch (error) {
    if (error.isGone) await reload();
    else say(error.message, true);
  }
}

function keep(kind, format) {
  return attempt("Making the file …", async () => {
    const response = await ask("file", { ...view(), kind, format });
    const name = /filename="(.+)"/.exec(response.headers.get("Content-Disposition"))[1];
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await response.blob());
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    say(`Saved ${name}`);
  });
}

// Controls

function fill(select, entries) {
  for (const [value, text] of entries) select.add(new Option(text, value));
}

function connect() {
  for (const slider of sliders) slider.addEventListener("input", turn);
  for (const button of document.querySelectorAll("[data-view]")) {
    button.addEventListener("click", () => {
      button.dataset.view.split("/").forEach((angle, index) => (sliders[index].value = angle));
      turn();
    });
  }
  for (const button of document.querySelectorAll(".keep button")) {
    button.disabled = true;
    button.addEventListener("click", () => keep(button.dataset.kind, button.dataset.format));
  }
  byId("phantom").addEventListener("click", () =>
    changeCT({ phantom: Math.floor(Math.random() * 10000) })
  );
  byId("ct-file").addEventListener("change", (event) => {
    if (event.target.files[0]) changeCT({ file: event.target.files[0] });
    event.target.value = "";
  });
  byId("model").addEventListener("change", reload);
  byId("style").addEventListener("change", () => {
    if (byId("style").value === OWN) byId("style-file").click();
    else changeStyle();
  });
  byId("style-file").addEventListener("change", (event) => {
    ownStyle = event.target.files[0] ?? ownStyle;
    if (ownStyle) changeStyle();
  });
  byId("style-file").addEventListener("cancel", () => {
    if (!ownStyle) byId("style").selectedIndex = 0;
  });
  connectDrop();
}

function connectDrop() {
  const over = (isOver) => byId("drop").classList.toggle("over", isOver);
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  document.addEventListener("dragleave", () => over(false));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    const file = event.dataTransfer.files[0];
    if (file) changeCT({ file });
  });
}

async function begin() {
  showAngles();
  connect();
  await attempt("Looking for models …", async () => {
    const found = await (await ask("models", {})).json();
    if (!found.models.length) {
      throw new Error("No model here has the signatures that this page needs: export it again.");
    }
    byId("ct-file").accept = found.ctSuffixes.join(",");
    fill(byId("model"), found.models.map(({ name, version }) => [name, `${name}, version ${version}`]));
    byId("model-field").hidden = found.models.length === 1;
    fill(byId("style"), Object.entries(found.looks));
    byId("style").add(new Option("A radiograph of my own …", OWN));
    await reload();
  });
}

begin();
