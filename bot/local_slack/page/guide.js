// The guide: the steps to try, ticked off by the server once they are done, in any order.

import { el, find } from "./dom.js";
import { state } from "./store.js";
import { redraw } from "./focus.js";
import { post, say } from "./wire.js";
import { pasteButtons } from "./pastes.js";

let before = "";
let known = null;

export function showGuide(does, narrow) {
  const panel = state.config.panels.find((each) => each.kind === "guide");
  const place = find("guide");
  place.hidden = !panel;
  find("next").hidden = !panel;
  if (!panel) return;
  if (narrow !== (place.parentElement === find("panels"))) (narrow ? find("panels") : find("left"))[narrow ? "prepend" : "append"](place);
  const signature = JSON.stringify([panel, narrow]);
  if (signature === before) return;
  before = signature;
  announce(panel.steps);
  const current = panel.steps.find((step) => !step.done);
  const done = panel.steps.filter((step) => step.done).length;
  document.body.classList.toggle("begun", done > 0);
  redraw(place, [
    el("h2", {}, panel.title, el("small", {}, `${done} of ${panel.steps.length}`)),
    el("progress", { value: String(done), max: String(panel.steps.length), "aria-label": "Steps done" }),
    !current && panel.end && ending(panel.end),
    el("ol", {}, panel.steps.map((step) => item(step, step === current, does, narrow))),
  ].filter(Boolean));
  showNext(current, done, panel.steps.length, does);
  const now = place.querySelector(".now");
  const seen = now?.nextElementSibling ?? now;
  if (!current) place.scrollTop = 0;
  else if (seen) place.scrollTop = Math.max(0, seen.offsetTop + seen.offsetHeight - place.offsetTop - place.clientHeight);
}

function announce(steps) {
  const fresh = steps.filter((step) => step.done && known && !known.has(step.name));
  known = new Set(steps.filter((step) => step.done).map((step) => step.name));
  if (fresh.length) say(`Done: ${fresh.map((step) => step.title).join(", ")}`);
}

// What was seen, what comes next, and the way back to the beginning.
function ending(end) {
  const answered = el("p", { class: "said", role: "status" });
  const again = async () => { answered.textContent = (await post(end.post, {})).message ?? ""; };
  return el("section", { class: "end" },
    el("h3", {}, end.title), el("ul", {}, end.lines.map((line) => el("li", {}, line))),
    el("p", {}, end.next), el("div", { class: "doing" }, pasteButtons(), el("button", { type: "button", class: "button", onclick: again }, end.label)), answered);
}

function item(step, current, does, narrow) {
  const person = state.config.names[step.as]?.name;
  const channel = state.channels.get(state.channel)?.name;
  return el("li", { class: `step${step.done ? " done" : ""}${current ? " now" : ""}`, "data-step": step.name },
    el("details", { open: current },
      el("summary", { "aria-current": current ? "step" : null },
        el("span", { class: "mark", role: "img", "aria-label": step.done ? "done:" : "to do:" }), step.title),
      el("p", {}, step.text),
      (person || step.line || step.pastes || narrow) && el("div", { class: "doing" },
        narrow && channel && !step.pastes && el("button", { type: "button", class: "button", onclick: does.openChannel }, `Go to #${channel}`),
        step.pastes && pasteButtons(),
        person && el("button", { type: "button", class: "button", onclick: () => does.become(step.as) }, `Be ${person}`),
        step.line && el("button", { type: "button", class: "button", onclick: () => does.typeLine(step.line) }, "Type ", el("code", {}, step.line)))));
}

// On a small screen, one line above the messages: what comes next.
function showNext(current, done, all, does) {
  const next = find("next");
  next.replaceChildren(
    el("b", {}, `${done} of ${all} done`), el("span", {}, current ? `next: ${current.title}` : "what you saw"));
  next.onclick = does.openGuide;
}
