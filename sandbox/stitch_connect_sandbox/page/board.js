// Keeps the board up to date: sections arrive as markup, and only what differs is exchanged, so
// that focus, open menus and half-typed words stay. Without this script the page is a snapshot.
"use strict";

const AGAIN = 5000;
const FLASH = 2400;
const live = document.getElementById("live");
const still = matchMedia("(prefers-reduced-motion: reduce)");
let source = null;
let again = 0;

function say(words, state) {
  live.textContent = words;
  live.dataset.state = state;
}

function keyOf(node) {
  return node.nodeType === Node.ELEMENT_NODE ? node.dataset.key : undefined;
}

function flash(node) {
  if (still.matches) return;
  const colour = getComputedStyle(node).getPropertyValue("--flash");
  node.animate([{ backgroundColor: colour }, {}], { duration: FLASH, easing: "ease-out" });
}

// `open` belongs to whoever opened it.
function exchangeAttributes(old, fresh) {
  for (const { name } of [...old.attributes]) {
    if (name !== "open" && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

function exchangeChildren(old, fresh) {
  const kept = new Map([...old.children].map((child) => [keyOf(child), child]));
  kept.delete(undefined);
  let at = old.firstChild;
  for (const next of [...fresh.childNodes]) {
    const key = keyOf(next);
    const alike = at && keyOf(at) === undefined && at.nodeName === next.nodeName;
    const match = key === undefined ? (alike ? at : null) : kept.get(key);
    if (!match) {
      old.insertBefore(next, at);
      if (key !== undefined) flash(next);
    } else {
      if (match === at) at = at.nextSibling;
      else old.insertBefore(match, at);
      exchange(match, next);
    }
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

function exchange(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeName !== fresh.nodeName) old.replaceWith(fresh);
  else if (old.nodeType !== Node.ELEMENT_NODE) old.nodeValue = fresh.nodeValue;
  else {
    exchangeAttributes(old, fresh);
    exchangeChildren(old, fresh);
  }
}

function update(sections) {
  for (const [id, markup] of Object.entries(sections)) {
    const template = document.createElement("template");
    template.innerHTML = markup;
    exchange(document.getElementById(id), template.content.firstElementChild);
  }
  document.title = `${document.querySelector("h1").textContent} – Stitch Connect sandbox`;
}

function leave() {
  clearTimeout(again);
  if (source) source.close();
  source = null;
}

function watch() {
  leave();
  source = new EventSource(`/_sandbox/events${location.search}`);
  source.onopen = () => say("Live", "on");
  source.onmessage = (event) => update(JSON.parse(event.data));
  source.onerror = () => {
    say("Not live: trying again", "off");
    if (source.readyState === EventSource.CLOSED) again = setTimeout(watch, AGAIN);
  };
}

// A page that nobody sees asks for nothing, and leaves its connection to others.
document.addEventListener("visibilitychange", () => (document.hidden ? leave() : watch()));
addEventListener("pagehide", leave);
addEventListener("pageshow", () => source || document.hidden || watch());

function closeMenu(event) {
  const menu = document.querySelector("#accounts details[open]");
  if (!menu || (event.type === "click" && menu.contains(event.target))) return;
  menu.open = false;
  if (event.type === "keydown") menu.querySelector("summary").focus();
}

document.addEventListener("click", closeMenu);
document.addEventListener("keydown", (event) => event.key === "Escape" && closeMenu(event));

if (!document.hidden) watch();
