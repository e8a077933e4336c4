// Where focus was, in words that survive a redraw: what is drawn again keeps it, forms and questions give it back when they close.

import { find } from "./dom.js";

export function focusPlace() {
  const node = document.activeElement;
  const message = node?.closest("[data-key]");
  return {
    node, list: message?.parentElement.id, key: message?.dataset.key, action: node?.dataset?.action ?? node?.dataset?.menu,
    redrawn: node?.closest("[data-redrawn]"), label: node?.textContent,
  };
}

// A dialog that closes hands focus back by itself at once, but its event comes later: by then the user may be elsewhere.
export function returnFocus(place) {
  if (document.activeElement && document.activeElement !== document.body) return;
  if (place.node?.isConnected && place.node !== document.body) return place.node.focus();
  if (focusLabel(place)) return;
  const message = place.key && find(place.list)?.querySelector(`[data-key="${CSS.escape(place.key)}"]`);
  const same = place.action && message?.querySelector(`[data-action="${CSS.escape(place.action)}"]`);
  (same || message || find("messages")).focus();
}

// Replaces all that a place shows; whoever is about to press something by key keeps it, if it is still offered.
export function redraw(container, nodes) {
  const place = focusPlace();
  container.dataset.redrawn = "";
  container.replaceChildren(...nodes);
  if (place.redrawn === container) focusLabel(place);
}

// A button of a step that is folded now cannot hold focus, another with the same label may.
function focusLabel({ redrawn, label }) {
  const same = [...redrawn?.querySelectorAll("button, summary") ?? []].filter((each) => each.textContent === label);
  return same.some((each) => {
    each.focus({ preventScroll: true });
    return document.activeElement === each;
  });
}

// The newest message that asks for something, so that its first button is one Tab away.
export function focusNewestCard() {
  const cards = [...document.querySelectorAll("#messages [data-key]")].filter((each) => each.querySelector("[data-action]"));
  (cards.at(-1) ?? find("messages")).focus();
}

// In a list of messages the arrows go from one to the next.
export function arrowsBetweenMessages(list) {
  list.addEventListener("keydown", (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const here = [...list.children].indexOf(event.target);
    if (!by || (here < 0 && event.target !== list)) return;
    const next = here < 0 ? list.lastElementChild : list.children[here + by];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}
