// The side panels: the two sites, the policy, buttons, and texts to paste.

import { el, find } from "./dom.js";
import { post } from "./wire.js";
import { state } from "./store.js";

const outward = { target: "_blank", rel: "noopener noreferrer" };
const results = new Map();
let asked = 0;
let taken = 0;

// Two answers may arrive in the wrong order: what was asked for last counts.
export async function loadConfig() {
  const mine = ++asked;
  const config = await (await fetch("/ui/config")).json();
  if (mine < taken) return;
  taken = mine;
  state.config = config;
}

export function showSidePanels() {
  const panels = state.config.panels.filter((panel) => panel.kind in PANELS);
  const place = find("panels");
  document.body.classList.toggle("with-panels", panels.length > 0);
  place.hidden = panels.length === 0;
  find("toggle-panels").hidden = panels.length === 0;
  const kept = new Map([...place.querySelectorAll("[data-panel]")].map((node) => [node.dataset.panel, node]));
  const nodes = panels.map((panel) => brought(panel, kept.get(name(panel))));
  const frames = nodes.filter((node) => node.classList.contains("framed"));
  const row = place.querySelector(".frames") ?? el("div", { class: "frames" });
  fill(row, frames);
  const links = nodes.filter((node) => node.classList.contains("link"));
  const foot = place.querySelector(".links") ?? el("div", { class: "links" });
  fill(foot, links);
  const rest = [row, ...nodes.filter((node) => !frames.includes(node) && !links.includes(node)), foot];
  fill(place, place.contains(find("guide")) ? [find("guide"), ...rest] : rest);
}

const name = (panel) => `${panel.kind}/${panel.title ?? panel.text}`;

// Leaves unchanged panels in place, because a frame that moves in the page is loaded again.
function fill(container, nodes) {
  nodes.forEach((node, at) => {
    if (container.children[at] !== node) container.insertBefore(node, container.children[at] ?? null);
  });
  while (container.children.length > nodes.length) container.lastElementChild.remove();
}

function brought(panel, before) {
  const signature = JSON.stringify(panel);
  if (before?.signature === signature) return before;
  const node = PANELS[panel.kind](panel, before);
  node.dataset.panel = name(panel);
  node.signature = signature;
  if (before) node.classList.add("fresh");
  const held = before?.contains(document.activeElement) && document.activeElement.name;
  if (before?.parentElement) before.replaceWith(node);
  if (held !== undefined && held !== false) (node.querySelector(`[name="${CSS.escape(held)}"]`) ?? node.querySelector("button"))?.focus();
  return node;
}

const PANELS = {
  frame(panel) {
    const own = new URL(panel.url, location.href).origin === location.origin;
    return el("section", { class: "panel framed" },
      el("header", {},
        el("h3", {}, panel.title),
        panel.note && el("span", { class: "hint" }, panel.note),
        el("a", { href: panel.url, "aria-label": `Open ${panel.title} in a new page`, ...outward }, "↗"),
      ),
      el("div", { class: "small-site" }, el("iframe", {
        src: panel.url, title: `The site ${panel.title}`, tabindex: "-1",
        sandbox: own ? "allow-scripts" : "allow-scripts allow-same-origin allow-forms",
      })));
  },
  link: (panel) => el("section", { class: "panel link" }, el("a", { href: panel.url, ...outward }, panel.title)),
  note: (panel) => el("section", { class: "panel" }, panel.title && el("h3", {}, panel.title), el("p", {}, panel.text)),
  file(panel) {
    const highlights = new Map(panel.highlights.map((each) => [each.line, each.words]));
    const list = el("ol", { class: "code", tabindex: "0", "aria-label": panel.title }, panel.lines.map((line, at) => written(line, highlights.get(at + 1))));
    if (highlights.size) requestAnimationFrame(() => {
      const first = list.querySelector(".highlight");
      const above = [...list.children].findLast((line) => line.offsetTop <= Math.max(0, first.offsetTop - list.clientHeight / 6));
      list.scrollTop = above?.offsetTop ?? 0;
    });
    return el("section", { class: "panel boxed file" },
      el("header", {}, el("h3", {}, panel.title), el("a", { href: panel.url, "aria-label": `Open ${panel.title}`, ...outward }, "↗")), list);
  },
  tick: (panel) => el("section", { class: "panel boxed" }, el("label", { class: "tick" },
    el("input", { type: "checkbox", name: "on", checked: panel.on, onchange: (event) => post(panel.post, { on: event.target.checked }) }),
    el("span", {}, panel.label))),
  button(panel) {
    const said = el("p", { class: "said", role: "status" }, results.get(name(panel)));
    const press = async (event) => {
      event.preventDefault();
      const form = event.target;
      form.setAttribute("aria-busy", "true");
      const answer = await post(panel.post, Object.fromEntries(new FormData(form)));
      form.removeAttribute("aria-busy");
      results.set(name(panel), answer.message ?? "");
      const shown = find("panels").querySelector(`[data-panel="${CSS.escape(name(panel))}"] .said`) ?? said;
      shown.textContent = answer.message ?? "";
    };
    return el("form", { class: "panel boxed pressed", onsubmit: press },
      el("div", { class: "row" },
        (panel.fields ?? []).map(field),
        el("button", { type: "submit", class: `button ${panel.danger ? "danger" : "primary"}${panel.pulse ? " pulse" : ""}` }, panel.label),
        panel.hint && el("p", { class: "hint" }, panel.hint)),
      said,
      panel.result && el("pre", { class: "result", tabindex: "0", "aria-label": `${panel.title}: what came of it` }, panel.result));
  },
};

// A long line is wrapped with a hanging indent; an aligned comment moves up to the code.
function written(line, words) {
  const at = line.search(/(^|\s)#/);
  const said = at < 0 ? line : line.slice(0, at).trimEnd();
  const node = el("li", { class: words ? "highlight" : null },
    said, at >= 0 && el("span", { class: "comment" }, `${said ? "  " : /^\s*/.exec(line)[0]}${line.slice(at).trim()}`),
    words && el("mark", {}, words));
  node.style.setProperty("--in", `${line.search(/\S|$/) + 2}ch`);
  return node;
}

function field(each) {
  const props = { name: each.name, value: each.value ?? "" };
  const options = (each.options ?? []).map((option) => el("option", { value: option, selected: option === each.value }, option));
  const input = each.kind === "select" ? el("select", { name: each.name }, options) : el("input", { ...props, type: each.kind, autocomplete: "off" });
  return el("label", { class: `field ${each.kind}` }, el("span", {}, each.label), input);
}
