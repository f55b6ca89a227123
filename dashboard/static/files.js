// Progressive enhancement of questions that take several files: drop them, see what is chosen, take one back.
// Without this file the browser's own picker does the same.

const LARGEST = 10 * 1024 * 1024;

function size(bytes) {
  const megabytes = bytes / 1024 / 1024;
  return megabytes < 0.1 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${megabytes.toFixed(1)} MB`;
}

function same(one, other) {
  return one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
}

function enhance(field) {
  const input = field.querySelector("input[type=file]");
  const camera = field.querySelector("input[capture]");
  const most = Number(field.dataset.most);
  const list = document.createElement("ul");
  const hint = document.createElement("p");
  const said = document.createElement("p");
  let chosen = [];

  list.className = "chosen";
  hint.className = "drop-hint";
  hint.textContent = field.dataset.sayDrop;
  said.className = "error";
  said.setAttribute("role", "status");
  input.after(hint, list, said);

  function show() {
    const kept = new DataTransfer();
    for (const file of chosen) kept.items.add(file);
    input.files = kept.files;
    list.replaceChildren(...chosen.map(line));
    said.hidden = !said.textContent;
  }

  function line(file) {
    const item = document.createElement("li");
    const name = document.createElement("bdi");
    const button = document.createElement("button");
    name.textContent = file.name;
    button.type = "button";
    button.className = "plain";
    button.textContent = field.dataset.sayRemove;
    button.setAttribute("aria-label", `${field.dataset.sayRemove}: ${file.name}`);
    button.addEventListener("click", () => {
      chosen = chosen.filter((one) => one !== file);
      said.textContent = "";
      show();
      input.focus();
    });
    item.append(name, ` · ${size(file.size)} `);
    if (file.size > LARGEST) item.append(`· ${field.dataset.sayLarge} `);
    item.append(button);
    return item;
  }

  function add(files) {
    const fresh = [...files].filter((file) => !chosen.some((one) => same(one, file)));
    said.textContent = chosen.length + fresh.length > most ? field.dataset.sayMany : "";
    chosen = [...chosen, ...fresh].slice(0, most);
    show();
  }

  input.addEventListener("change", () => add(input.files));
  camera?.addEventListener("change", () => {
    add(camera.files);
    camera.value = "";
  });
  for (const kind of ["dragenter", "dragover"]) {
    field.addEventListener(kind, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      field.classList.add("dropping");
    });
  }
  field.addEventListener("dragleave", (event) => {
    if (!field.contains(event.relatedTarget)) field.classList.remove("dropping");
  });
  field.addEventListener("drop", (event) => {
    field.classList.remove("dropping");
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    add(event.dataTransfer.files);
  });
  input.form?.addEventListener("reset", () => {
    chosen = [];
    show();
  });
  show();
}

for (const field of document.querySelectorAll("[data-drop]")) enhance(field);
