// Starts the page: who one is, what is shown, and what follows from a change.

import { find } from "./dom.js";
import { loadConfig, showBeside } from "./beside.js";
import { showComposers, startComposer } from "./composer.js";
import { showMessages } from "./messages.js";
import { showModal, startModals } from "./modal.js";
import { showChannelBar, showPeople, showPlaces } from "./places.js";
import { message, state } from "./store.js";
import { watch } from "./wire.js";

let drawing = false;
let linked = location.hash.length > 1;

// Several changes that arrive together are drawn once.
function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    if (state.connected && linked) followPermalink();
    goWhereExpected();
    showPeople(become);
    showPlaces(go);
    showChannelBar();
    showMessages(openThread);
    showComposers();
    showModal();
  });
}

function goWhereExpected() {
  const opened = [...state.channels.values()].find((each) => each.is_im && state.expecting && each.members.includes(state.expecting));
  if (opened) go(opened.id);
}

function go(channel) {
  state.channel = channel;
  state.expecting = "";
  state.thread = "";
  state.unread.delete(channel);
  draw();
}

function openThread(ts) {
  state.thread = ts;
  draw();
}

function become(person) {
  state.you = person;
  state.views = [];
  state.unread.clear();
  sessionStorage.setItem("person", person);
  document.title = `${state.config.names[person]?.name ?? "Local Slack"} · Local Slack`;
  watch(person, draw, refreshBeside);
  draw();
}

async function refreshBeside() {
  await loadConfig();
  showBeside();
  draw();
}

// A permalink ends as #channel/ts: show that message, in its thread when it is a reply.
function followPermalink() {
  linked = false;
  const [channel, ts] = location.hash.slice(1).split("/");
  if (!state.channels.has(channel)) return;
  go(channel);
  const said = message(channel, ts);
  if (said?.thread_ts) state.thread = said.thread_ts;
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const node = document.querySelector(`[data-key="${CSS.escape(ts ?? "")}"]`);
    node?.scrollIntoView({ block: "center" });
    node?.focus();
  }));
}

function toggleBeside() {
  const open = document.body.classList.toggle("beside-open");
  find("toggle-beside").setAttribute("aria-expanded", String(open));
}

async function start() {
  await loadConfig();
  startModals();
  startComposer(find("composer"), () => "");
  startComposer(find("thread-composer"), () => state.thread);
  find("close-thread").addEventListener("click", () => openThread(""));
  find("toggle-beside").addEventListener("click", toggleBeside);
  window.addEventListener("hashchange", followPermalink);
  const asked = new URLSearchParams(location.search).get("as") ?? sessionStorage.getItem("person");
  become(state.config.people.includes(asked) ? asked : state.config.people[0]);
  showBeside();
}

start();
