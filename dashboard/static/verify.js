// A file that is checked stays where it is: its fingerprint is made here, and only that is sent. Without this module,
// or where the browser lends no crypto (a page without https), the form uploads the file as it always did.

const section = document.querySelector("[data-hash-up-to]");
const form = section?.querySelector("form:not([data-hash])");
const answer = section?.querySelector("form[data-hash]");
const input = form?.querySelector("input[type=file]");

function show(name, on) {
  const part = section.querySelector(`[data-${name}]`);
  if (part) part.hidden = !on;
}

async function fingerprint(file) {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function check(file) {
  const tooLarge = file.size > Number(section.dataset.hashUpTo);
  show("too-large", tooLarge);
  if (tooLarge) return;
  section.setAttribute("aria-busy", "true");
  try {
    answer.elements.sha256.value = await fingerprint(file);
  } catch {
    // The file could not be read here (it was moved, say): the server says so in words.
    form.submit();
    return;
  } finally {
    section.removeAttribute("aria-busy");
  }
  answer.submit();
}

if (answer && input && globalThis.isSecureContext && crypto.subtle) {
  show("uploaded", false);
  show("stays", true);

  form.addEventListener("submit", (event) => {
    const file = input.files[0];
    if (!file) return;
    event.preventDefault();
    event.stopPropagation();
    check(file);
  });

  for (const kind of ["dragenter", "dragover"]) {
    section.addEventListener(kind, (event) => {
      event.preventDefault();
      section.classList.add("dropping");
    });
  }
  section.addEventListener("dragleave", (event) => {
    if (!section.contains(event.relatedTarget)) section.classList.remove("dropping");
  });
  section.addEventListener("drop", (event) => {
    event.preventDefault();
    section.classList.remove("dropping");
    const file = event.dataTransfer.files[0];
    if (file) check(file);
  });
}
