// The inspector: every request between Slack and the bot, with its payload, duration and errors.

import { el, find } from "./dom.js";

const EVERY = 700;
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
let last = 0;
let timer = 0;
let shown = "all";

export function startInspector() {
  const toggle = find("toggle-inspector");
  const close = () => { if (!find("inspector").hidden) toggle.click(); };
  toggle.addEventListener("click", () => {
    const open = find("inspector").hidden;
    find("inspector").hidden = !open;
    document.body.classList.toggle("with-inspector", open);
    toggle.setAttribute("aria-expanded", String(open));
    clearInterval(timer);
    if (open) {
      timer = setInterval(look, EVERY);
      look();
    }
  });
  const only = (to) => { shown = to; find("requests").dataset.only = to; };
  find("inspector").append(
    el("header", { class: "bar" }, el("h2", {}, "Inspector"),
      el("p", {}, "What Slack and the bot say to each other"),
      el("label", { class: "only" }, "Show ", el("select", { onchange: (event) => only(event.target.value) },
        el("option", { value: "all" }, "both ways"), el("option", { value: "bot" }, "Slack to bot"), el("option", { value: "slack" }, "bot to Slack"))),
      el("button", { type: "button", class: "quiet", "aria-label": "Close inspector", onclick: close }, "×")),
    el("div", { id: "requests", class: "list", tabindex: "0", role: "log", "aria-label": "Requests", "data-only": shown }));
}

async function look() {
  const answer = await fetch(`/ui/requests?after=${last}`).catch(() => null);
  if (!answer?.ok) return;
  const list = find("requests");
  const follows = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  for (const entry of await answer.json()) {
    if (entry.number <= last) continue;
    last = entry.number;
    list.append(row(entry));
  }
  while (list.children.length > 400) list.firstElementChild.remove();
  if (follows) list.scrollTop = list.scrollHeight;
}

function row(entry) {
  const bad = entry.found.error || entry.answer?.error || (entry.limit_ms && entry.ms > entry.limit_ms);
  return el("details", { class: `request to-${entry.to}${bad ? " bad" : ""}` },
    el("summary", {},
      el("time", {}, clock.format(new Date(entry.at))),
      el("span", { class: "way" }, entry.to === "bot" ? "Slack → bot" : "bot → Slack"),
      el("b", {}, entry.name),
      time(entry),
      el("span", { class: "found" }, verdict(entry))),
    el("div", { class: "carried" },
      part("Carried", entry.payload), part("Answered", entry.answer === "" ? "(an empty 200)" : entry.answer)));
}

function time(entry) {
  const words = entry.limit_ms ? `${entry.ms} ms of ${entry.limit_ms / 1000} s` : `${entry.ms} ms`;
  if (!entry.limit_ms) return el("span", { class: "time" }, words);
  return el("span", { class: "time" }, words, el("meter", { min: "0", max: String(entry.limit_ms), value: String(entry.ms), "aria-hidden": "true" }));
}

function verdict(entry) {
  const { blocks, error, messages } = entry.found;
  if (error) return [error, ...messages].join(": ");
  return blocks ? `${blocks} blocks, valid` : "ok";
}

const part = (title, value) => el("section", {}, el("h3", {}, title),
  el("pre", { tabindex: "0", "aria-label": title }, typeof value === "string" ? value : JSON.stringify(value, null, 2)));
