// Who and where the user is: the row of people, the channels and the direct messages.

import { el, find } from "./dom.js";
import { redraw } from "./focus.js";
import { act } from "./wire.js";
import { avatar } from "./messages.js";
import { state, channelName } from "./store.js";

let allShown = false;
const drawn = new Map();

// Whoever is about to press something by key would lose it if it were drawn from scratch without need.
function unchanged(name, ...what) {
  const signature = JSON.stringify(what);
  const same = drawn.get(name) === signature;
  drawn.set(name, signature);
  return same;
}

export function showPeople(become) {
  if (unchanged("people", state.you, state.config.people, state.config.names, [...state.users.values()])) return;
  const people = state.config.people.map((id) => {
    const known = state.users.get(id) ?? state.config.names[id];
    const you = id === state.you;
    return el("button", {
      type: "button", class: you ? "person you" : "person", role: "radio", "aria-checked": String(you), tabindex: you ? "0" : "-1",
      "data-person": id, "aria-label": [known.name, known.title].filter(Boolean).join(", "), onclick: () => become(id), onkeydown: (event) => step(event, become),
    }, avatar(id, true), el("span", {}, el("b", {}, known.name), known.title && el("small", {}, known.title)));
  });
  const held = document.activeElement?.dataset?.person;
  find("people").replaceChildren(...people);
  find("people").querySelector(".you")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (held) find("people").querySelector(`[data-person="${CSS.escape(state.you)}"]`)?.focus();
}

function step(event, become) {
  const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const people = state.config.people;
  become(people[(people.indexOf(state.you) + by + people.length) % people.length]);
}

export function showPlaces(go) {
  const channels = [...state.channels.values()];
  if (unchanged("places", state.you, state.channel, channels, [...state.users.values()], [...state.unread])) return;
  const others = [...state.users.values()].filter((user) => user.id !== state.you && user.id !== "USLACKBOT" && !user.deleted);
  const opened = new Map(channels.filter((each) => each.is_im).map((each) => [each.members.find((member) => member !== state.you), each]));
  const near = others.filter((user) => user.is_bot || opened.has(user.id));
  const far = others.filter((user) => !near.includes(user));
  redraw(find("places"), [
    el("h2", {}, "Channels"),
    el("ul", {}, channels.filter((each) => !each.is_im).map((each) => el("li", {}, place(each, ["# ", each.name], go)))),
    el("h2", {}, "Direct messages"),
    el("ul", {}, near.map((user) => el("li", {}, direct(user, opened.get(user.id), go)))),
    far.length > 0 && el("details", { open: allShown, ontoggle: (event) => { allShown = event.target.open; } },
      el("summary", { class: "place" }, "Everybody"),
      el("ul", {}, far.map((user) => el("li", {}, direct(user, opened.get(user.id), go))))),
  ].filter(Boolean));
}

function place(channel, label, go) {
  const here = channel.id === state.channel;
  const unread = state.unread.has(channel.id);
  return el("button", {
    type: "button", class: `place${here ? " here" : ""}${unread ? " unread" : ""}`, "aria-current": here ? "true" : null, onclick: () => go(channel.id),
  }, label, unread && el("span", { class: "dot", role: "img", "aria-label": "unread" }));
}

function direct(user, channel, go) {
  const label = [avatar(user.id, true), user.name];
  if (channel) return place(channel, label, go);
  const open = async () => {
    state.expecting = user.id;
    await act("direct", { with: user.id });
  };
  return el("button", { type: "button", class: "place", onclick: open }, label);
}

export function showIntro() {
  const known = state.config.names[state.you];
  const you = [el("b", {}, `You are ${known?.name ?? "nobody"}`), known?.title && `, ${known.title}`, ". "];
  find("intro").hidden = !state.config.intro;
  if (state.config.intro) find("intro").replaceChildren(...you.filter(Boolean), state.config.intro);
}

export function showChannelBar() {
  const channel = state.channels.get(state.channel);
  find("channel-name").textContent = channel?.is_im ? channelName(channel) : `# ${channelName(channel)}`;
  find("channel-people").textContent = state.connected ? `${channel?.members.length ?? 0} members` : "connecting …";
  if (channel?.is_im && state.connected) find("channel-people").textContent = "direct messages";
}
