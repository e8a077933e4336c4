// The overflow menu of Block Kit: a button that opens a list of actions in the top layer.
// docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element; keys as in the ARIA menu button pattern.

import { el } from "./dom.js";
import { emojis } from "./mrkdwn.js";
import { ask } from "./confirm.js";

const GAP = 4;
let menus = 0;

export function menu({ element, use, label = "More actions" }) {
  const id = `menu-${menus += 1}`;
  const button = el("button", {
    type: "button", class: "button more", popovertarget: id, "data-action": element.action_id,
    "aria-haspopup": "menu", "aria-expanded": "false", "aria-controls": id, "aria-label": label, onkeydown: (event) => openByKey(event, list),
  }, el("span", { "aria-hidden": "true" }, "⋯"));
  const choose = async (option) => {
    list.hidePopover();
    if (element.confirm && !(await ask(element.confirm))) return;
    if (option.url) window.open(option.url, "_blank", "noopener");
    button.setAttribute("aria-busy", "true");
    await use(option.value);
    button.removeAttribute("aria-busy");
  };
  const list = el("div", { id, class: "menu", popover: "auto", role: "menu", "aria-label": label, onkeydown: (event) => move(event, list) },
    element.options.map((option) => el("button", {
      type: "button", role: "menuitem", tabindex: "-1", "data-menu": element.action_id, onclick: () => choose(option),
    }, emojis(option.text.text), option.url && el("span", { class: "out", "aria-hidden": "true" }, " ↗"),
    option.description && el("small", {}, emojis(option.description.text)))));
  list.addEventListener("beforetoggle", (event) => event.newState === "open" && placeBeside(list, button));
  list.addEventListener("toggle", (event) => {
    const open = event.newState === "open";
    button.setAttribute("aria-expanded", String(open));
    if (open && !list.contains(document.activeElement)) list.firstElementChild.focus();
  });
  return el("span", { class: "overflow" }, button, list);
}

// The half of the window that has more room decides on which side the list opens.
function placeBeside(list, button) {
  const at = button.getBoundingClientRect();
  const above = at.top + at.bottom > innerHeight;
  const leftwards = at.left + at.right > innerWidth;
  Object.assign(list.style, {
    top: above ? "auto" : `${at.bottom + GAP}px`, bottom: above ? `${innerHeight - at.top + GAP}px` : "auto",
    left: leftwards ? "auto" : `${at.left}px`, right: leftwards ? `${innerWidth - at.right}px` : "auto",
  });
}

function openByKey(event, list) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  list.showPopover();
  (event.key === "ArrowUp" ? list.lastElementChild : list.firstElementChild).focus();
}

function move(event, list) {
  const items = [...list.children];
  const here = items.indexOf(document.activeElement);
  const to = {
    ArrowDown: (here + 1) % items.length, ArrowUp: (here - 1 + items.length) % items.length, Home: 0, End: items.length - 1,
  }[event.key];
  if (event.key === "Tab") list.hidePopover();
  if (to === undefined) return;
  event.preventDefault();
  items[to].focus();
}

// It would stay where it was while what it belongs to moves away.
document.addEventListener("scroll", (event) => {
  const open = document.querySelector(".menu:popover-open");
  if (open && event.target.contains(open)) open.hidePopover();
}, { capture: true, passive: true });
