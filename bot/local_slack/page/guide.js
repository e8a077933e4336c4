// The guide: the steps to try, ticked off by the server once they are done, in any order.

import { el, find } from "./dom.js";
import { state } from "./store.js";
import { toast } from "./wire.js";

let before = "";
let known = null;

export function showGuide(does, narrow) {
  const panel = state.config.panels.find((each) => each.kind === "guide");
  const place = find("guide");
  place.hidden = !panel;
  find("next").hidden = !panel;
  if (!panel) return;
  if (narrow !== (place.parentElement === find("panels"))) (narrow ? find("panels") : find("left"))[narrow ? "prepend" : "append"](place);
  const signature = JSON.stringify(panel);
  if (signature === before) return;
  before = signature;
  announce(panel.steps);
  const current = panel.steps.find((step) => !step.done);
  const done = panel.steps.filter((step) => step.done).length;
  place.replaceChildren(
    el("h2", {}, panel.title, el("small", {}, `${done} of ${panel.steps.length}`)),
    el("progress", { value: String(done), max: String(panel.steps.length), "aria-label": "Steps done" }),
    el("ol", {}, panel.steps.map((step) => item(step, step === current, does))),
  );
  showNext(current, done, panel.steps.length, does);
  const now = place.querySelector(".now");
  const seen = now?.nextElementSibling ?? now;
  if (seen) place.scrollTop = Math.max(0, seen.offsetTop + seen.offsetHeight - place.offsetTop - place.clientHeight);
}

function announce(steps) {
  const fresh = steps.filter((step) => step.done && known && !known.has(step.name));
  known = new Set(steps.filter((step) => step.done).map((step) => step.name));
  if (fresh.length) toast(`Done: ${fresh.map((step) => step.title).join(", ")}`);
}

function item(step, current, does) {
  const person = state.config.names[step.as]?.name;
  return el("li", { class: `step${step.done ? " done" : ""}${current ? " now" : ""}`, "data-step": step.name },
    el("details", { open: current },
      el("summary", { "aria-current": current ? "step" : null },
        el("span", { class: "mark", role: "img", "aria-label": step.done ? "done:" : "to do:" }), step.title),
      el("p", {}, step.text),
      (person || step.line) && el("p", { class: "doing" },
        person && el("button", { type: "button", class: "button", onclick: () => does.become(step.as) }, `Be ${person}`),
        step.line && el("button", { type: "button", class: "button", onclick: () => does.typeLine(step.line) }, "Type ", el("code", {}, step.line)))));
}

// On a small screen, one line above the messages: what comes next.
function showNext(current, done, all, does) {
  const next = find("next");
  next.replaceChildren(
    el("b", {}, `${done} of ${all} done`), el("span", {}, current ? `next: ${current.title}` : "show it to your team"));
  next.onclick = does.openGuide;
}
