// What stands beside the channel: the two sites, notes, links, and buttons that do something real.

import { el, find } from "./dom.js";
import { post } from "./wire.js";
import { state } from "./store.js";

export async function loadConfig() {
  state.config = await (await fetch("/ui/config")).json();
}

export function showBeside() {
  const panels = state.config.beside;
  document.body.classList.toggle("with-beside", panels.length > 0);
  find("beside").hidden = panels.length === 0;
  find("toggle-beside").hidden = panels.length === 0;
  const kept = new Map([...find("beside").children].map((node) => [node.dataset.panel, node]));
  find("beside").replaceChildren(...panels.map((panel) => {
    const signature = JSON.stringify(panel);
    const before = kept.get(signature);
    if (before && panel.kind !== "frame") return before;
    const node = PANELS[panel.kind](panel);
    node.dataset.panel = signature;
    return node;
  }));
}

const outward = { target: "_blank", rel: "noopener noreferrer" };

const PANELS = {
  frame(panel) {
    const own = new URL(panel.url, location.href).origin === location.origin;
    const frame = el("iframe", {
      src: panel.url, title: panel.title, loading: "lazy", sandbox: own ? "allow-scripts" : "allow-scripts allow-same-origin allow-forms",
    });
    return el("section", { class: "panel framed" },
      el("header", {},
        el("h3", {}, panel.title),
        el("button", { type: "button", class: "quiet", "aria-label": `Reload ${panel.title}`, onclick: () => { frame.src = panel.url; } }, "↻"),
        el("a", { href: panel.url, ...outward }, "open"),
      ),
      frame);
  },
  link: (panel) => el("section", { class: "panel" }, el("a", { href: panel.url, ...outward }, panel.title)),
  note: (panel) => el("section", { class: "panel" }, panel.title && el("h3", {}, panel.title), el("p", {}, panel.text)),
  button(panel) {
    const said = el("p", { class: "said", role: "status" });
    const press = async (event) => {
      event.preventDefault();
      const button = event.target.querySelector("button");
      button.setAttribute("aria-busy", "true");
      said.textContent = "";
      const answer = await post(panel.post, Object.fromEntries(new FormData(event.target)));
      button.removeAttribute("aria-busy");
      said.textContent = answer.message ?? "";
    };
    return el("form", { class: "panel pressed", onsubmit: press },
      panel.hint && el("p", { class: "hint" }, panel.hint),
      (panel.fields ?? []).map(field),
      el("button", { type: "submit", class: "button primary" }, panel.label),
      said);
  },
};

function field(each) {
  const props = { name: each.name, value: each.value ?? "" };
  const options = (each.options ?? []).map((option) => el("option", { value: option, selected: option === each.value }, option));
  const input = each.kind === "select" ? el("select", { name: each.name }, options) : el("input", { ...props, type: each.kind });
  return el("label", { class: `field ${each.kind}` }, el("span", {}, each.label), input);
}
