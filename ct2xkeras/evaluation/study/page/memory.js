// Progress in the browser's storage, where it lets a page have one: {rater, scores: {id: {score, ms}}}.
function openMemory(name) {
  let storage = null;
  try {
    storage = window.localStorage;
    storage.setItem(`${name}-trial`, "1");
    storage.removeItem(`${name}-trial`);
  } catch {
    storage = null;
  }
  return {
    works: storage !== null,
    read() {
      try {
        return JSON.parse(storage?.getItem(name) ?? "null");
      } catch {
        return null;
      }
    },
    write(progress) {
      storage?.setItem(name, JSON.stringify(progress));
    },
    clear() {
      storage?.removeItem(name);
    },
  };
}
