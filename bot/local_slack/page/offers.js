// Completions: commands after a `/`, people after an `@`; arrows choose, Tab or Enter accepts, Escape closes.

import { el } from "./dom.js";
import { state } from "./store.js";

const MOST = 8;

export function offering(box, list) {
  let at = -1;
  let offered = [];

  function show() {
    offered = fitting(box.value.slice(0, box.selectionStart));
    if (!offered.length) return close();
    at = offered[0].chosen ? 0 : -1;
    list.replaceChildren(...offered.map((offer, place) => el("li", {
      id: `${list.id}-${place}`, role: "option", "aria-selected": String(place === at), onpointerdown: (event) => { event.preventDefault(); take(place); },
    }, el("b", {}, offer.line), el("small", {}, offer.words))));
    list.hidden = false;
    mark();
  }

  function mark() {
    [...list.children].forEach((node, place) => node.setAttribute("aria-selected", String(place === at)));
    if (at >= 0) box.setAttribute("aria-activedescendant", `${list.id}-${at}`);
    else box.removeAttribute("aria-activedescendant");
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }

  function close() {
    list.hidden = true;
    offered = [];
    at = -1;
    box.removeAttribute("aria-activedescendant");
  }

  function take(place) {
    const offer = offered[place];
    const typed = box.value.slice(0, box.selectionStart);
    box.setRangeText(offer.put, typed.length - offer.over, typed.length, "end");
    close();
  }

  function key(event) {
    if (list.hidden) return false;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const takes = event.key === "Tab" || (event.key === "Enter" && at >= 0);
    if (by) {
      at = (at + by + offered.length + (at < 0 && by < 0 ? 1 : 0)) % offered.length;
      mark();
    } else if (takes && !event.shiftKey) take(Math.max(at, 0));
    else if (event.key === "Escape") close();
    else return false;
    event.preventDefault();
    return true;
  }

  box.addEventListener("input", show);
  box.addEventListener("blur", close);
  return { key, close };
}

function fitting(typed) {
  if (typed.startsWith("/")) {
    const lines = state.config.lines?.length ? state.config.lines : state.config.commands.map((line) => ({ line, words: "" }));
    return lines.filter(({ line }) => line.startsWith(typed) && line !== typed)
      .map(({ line, words }) => ({ line, words, put: line, over: typed.length }));
  }
  const mention = /(?:^|\s)@(\w*)$/.exec(typed);
  if (!mention) return [];
  return [...state.users.values()].filter((user) => user.name.toLowerCase().startsWith(mention[1].toLowerCase())).slice(0, MOST)
    .map((user) => ({ line: `@${user.name}`, words: user.title ?? "", put: `@${user.name} `, over: mention[1].length + 1, chosen: true }));
}
