// Progressive enhancement only: every page works without this file.

const search = document.querySelector("[data-search]");
const key = document.querySelector("[data-search-key]");
const shortcutSwitch = document.querySelector("[data-shortcuts]");
const STORE = "predeparture.shortcuts";

function shortcutsOn() {
  try {
    return localStorage.getItem(STORE) !== "off";
  } catch {
    return true;
  }
}

function showShortcuts() {
  const on = shortcutsOn();
  if (key) key.hidden = !on;
  if (shortcutSwitch) {
    shortcutSwitch.hidden = false;
    shortcutSwitch.textContent = on ? shortcutSwitch.dataset.off : shortcutSwitch.dataset.on;
  }
}

if (search) {
  showShortcuts();
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey || !shortcutsOn()) return;
    event.preventDefault();
    search.focus();
    search.select();
  });
}

shortcutSwitch?.addEventListener("click", () => {
  // A reader may turn single-key shortcuts off (WCAG 2.1.4); the choice stays in this browser.
  try {
    localStorage.setItem(STORE, shortcutsOn() ? "off" : "on");
  } catch {
    return;
  }
  showShortcuts();
});

// A browser without the autofocus of non-input elements still lands on the list of errors.
document.querySelector(".errors")?.focus();

// A form that was sent is not sent again by a second click.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.method === "post") form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A part of the page that is still moving asks for itself again until it stands still.
const FIRST_WAIT = 1500;
const LONGEST_WAIT = 15000;

async function ask(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" }, cache: "no-store" });
  if (!answer.ok || answer.redirected) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function swap(part, page) {
  const now = document.getElementById(part);
  const next = page.getElementById(part);
  if (!now || !next) return false;
  // Nothing moves under the reader's hands: with the focus inside we ask again later.
  if (now.contains(document.activeElement)) return true;
  const opened = [...now.querySelectorAll("[id] > details[open]")].map((details) => details.parentElement.id);
  now.replaceWith(document.adoptNode(next));
  for (const id of opened) document.getElementById(id)?.querySelector("details")?.setAttribute("open", "");
  return next.hasAttribute("data-poll-on");
}

function poll(address, part, wait) {
  setTimeout(async () => {
    if (document.hidden) return poll(address, part, wait);
    let page = null;
    try {
      page = await ask(address);
    } catch {
      return poll(address, part, Math.min(wait * 2, LONGEST_WAIT));
    }
    if (page && swap(part, page)) poll(address, part, Math.min(wait * 1.3, LONGEST_WAIT));
  }, wait + Math.random() * 300);
}

for (const moving of document.querySelectorAll("[data-poll]")) {
  poll(moving.dataset.poll, moving.dataset.pollPart, FIRST_WAIT);
}

// On a narrow screen many places are one line that is pushed sideways; it begins where the reader is.
const here = document.querySelector(".places.many [aria-current]");
if (here) {
  const line = here.closest("ul");
  const middle = (part) => part.getBoundingClientRect().left + part.getBoundingClientRect().width / 2;
  line.scrollBy({ left: middle(here) - middle(line) });
}
