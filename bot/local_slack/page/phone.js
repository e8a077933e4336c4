// The phone of a user who is away: it shows the notification, and opens as their own Slack.

import { hours } from "./dates.js";
import { el, find } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { listen } from "./wire.js";
import { state } from "./store.js";

export const inPhone = new URLSearchParams(location.search).has("phone");
const narrow = matchMedia("(max-width: 1180px)");
const SVG = "http://www.w3.org/2000/svg";
const BELL = "M12 2a2 2 0 0 0-2 2v.6A6.5 6.5 0 0 0 5.5 11v5L3 18.5V20h18v-1.5L18.5 16v-5A6.5 6.5 0 0 0 14 4.6V4a2 2 0 0 0-2-2zM9.5 21a2.5 2.5 0 0 0 5 0z";
let rung = null;
let opened = false;
let owner = "";

export function startPhone(answer) {
  owner = state.config.away;
  if (!owner) return;
  const known = state.config.names[owner];
  const open = (link) => {
    const said = link ?? "";
    if (narrow.matches) {
      rung = null;
      answer(owner, said);
    } else openScreen(said);
    showPhone();
  };
  find("phone").append(
    el("button", { type: "button", id: "phone-bar", "aria-expanded": "false", onclick: () => (opened ? closeScreen() : open(rung?.link)) },
      bell(), el("b", {}, `${known.name}'s phone`), el("span", { class: "away" }), el("time", {}, hours(new Date()))),
    el("div", { id: "phone-lock", role: "status" }),
  );
  find("phone").setAttribute("aria-label", `${known.name}'s phone`);
  setInterval(() => { find("phone-bar").querySelector("time").textContent = hours(new Date()); }, 20_000);
  const start = Date.now() / 1000;
  listen(owner, (change) => {
    const said = change.kind === "message" ? change.subject : null;
    if (said && Number(said.ts) > start && said.user !== owner && !said.edited && rings(said)) ring(said, open);
  });
  showPhone();
}

function bell() {
  const drawn = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", BELL);
  drawn.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute("class", "bell");
  drawn.setAttribute("aria-hidden", "true");
  drawn.append(path);
  return drawn;
}

const mentions = (said) => JSON.stringify([said.text, said.blocks]).includes(`<@${owner}>`);
const direct = (said) => said.channel.startsWith("D") && !said.ephemeral;
const rings = (said) => (mentions(said) && !said.ephemeral) || direct(said);

function ring(said, open) {
  if (rung?.ts === said.ts) return;
  rung = { ts: said.ts, link: `${said.channel}/${said.ts}` };
  const push = el("span", {}, mrkdwn(said.text)).textContent;
  find("phone-lock").replaceChildren(el("button", { type: "button", class: "push", onclick: () => open(`${said.channel}/${said.ts}`) },
    el("small", {}, `${state.config.names[owner].name}'s phone · Shiproom · now`), el("span", {}, push)),
  el("button", { type: "button", class: "quiet", "aria-label": "Leave it", onclick: () => { rung = null; showPhone(); } }, "×"));
  navigator.vibrate?.(200);
  if (opened) rung = null;
  showPhone();
}

function openScreen(link) {
  rung = null;
  opened = true;
  const known = state.config.names[owner];
  find("phone").querySelector("iframe")?.remove();
  find("phone").append(el("iframe", { src: `/?as=${owner}&phone#${link}`, title: `Slack on ${known.name}'s phone` }));
}

function closeScreen() {
  opened = false;
  find("phone").querySelector("iframe")?.remove();
  showPhone();
}

export function showPhone() {
  const phone = find("phone");
  if (!owner) return;
  if (state.you === owner) rung = null;
  phone.hidden = state.you === owner || (narrow.matches && !rung);
  phone.dataset.now = opened ? "open" : rung ? "rings" : "idle";
  find("phone-lock").hidden = opened || !rung;
  const bar = find("phone-bar");
  bar.setAttribute("aria-expanded", String(opened));
  bar.querySelector(".away").textContent = rung && !opened ? "rings" : "· away";
}
