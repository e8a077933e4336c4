// Starts the page: the current user, what is shown, and what follows from a change.

import { find } from "./dom.js";
import { loadConfig, showSidePanels } from "./side_panels.js";
import { arrowsBetweenMessages, focusNewestCard } from "./focus.js";
import { showComposers, startComposer, typeLine } from "./composer.js";
import { showGuide } from "./guide.js";
import { showHome } from "./home.js";
import { startInspector } from "./inspector.js";
import { showMessages } from "./messages.js";
import { showModal, startModals } from "./modal.js";
import { inPhone, startPhone, showPhone } from "./phone.js";
import { showChannelBar, showIntro, showPeople, showPlaces } from "./places.js";
import { message, state } from "./store.js";
import { startTheme } from "./theme.js";
import { watch } from "./wire.js";

const narrow = matchMedia("(max-width: 1180px)");
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
    showIntro();
    showMessages(openThread);
    showHome(draw);
    showComposers();
    showModal();
    showPhone();
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
  state.home.open = false;
  state.unread.delete(channel);
  openSidePanels(false);
  draw();
}

function openThread(ts) {
  state.thread = ts;
  draw();
}

function become(person) {
  state.you = person;
  state.views = [];
  state.home = { view: null, open: false };
  state.unread.clear();
  if (!inPhone) sessionStorage.setItem("person", person);
  document.title = `${state.config.names[person]?.name ?? "Local Slack"} · Local Slack`;
  watch(person, draw, refreshSidePanels);
  openSidePanels(false);
  draw();
}

async function refreshSidePanels() {
  await loadConfig();
  if (!inPhone) drawSidePanels();
  draw();
}

function drawSidePanels() {
  showSidePanels();
  showGuide({ become, typeLine: put, openGuide: () => openSidePanels(true), openChannel: () => openSidePanels(false) }, narrow.matches);
}

function put(line) {
  openSidePanels(false);
  openThread("");
  typeLine(line);
}

// A permalink ends as #channel/ts: show that message, in its thread when it is a reply that the channel does not show.
function followPermalink() {
  linked = false;
  const [channel, ts] = location.hash.slice(1).split("/");
  if (!state.channels.has(channel)) return;
  go(channel);
  const said = message(channel, ts);
  if (said?.thread_ts && said.subtype !== "thread_broadcast") state.thread = said.thread_ts;
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const node = document.querySelector(`[data-key="${CSS.escape(ts ?? "")}"]`);
    node?.scrollIntoView({ block: inPhone ? "end" : "center" });
    node?.focus();
  }));
}

function openSidePanels(open) {
  document.body.classList.toggle("panels-open", open);
  const channel = state.channels.get(state.channel)?.name ?? "the channel";
  find("toggle-panels").textContent = open ? `#${channel}` : "Guide";
  find("toggle-panels").setAttribute("aria-label", open ? `Back to #${channel}` : "Guide and sites");
}

// Opens the message that the phone rang for, as the user whose phone it is.
function answer(person, link) {
  become(person);
  location.hash = link;
}

async function start() {
  document.body.classList.toggle("phone", inPhone);
  await loadConfig();
  startTheme();
  startModals();
  startComposer(find("composer"), () => "");
  startComposer(find("thread-composer"), () => state.thread);
  if (!inPhone) startInspector();
  find("skip-to-card").addEventListener("click", focusNewestCard);
  find("skip-to-composer").addEventListener("click", () => find("composer").querySelector("textarea").focus());
  for (const id of ["messages", "replies"]) arrowsBetweenMessages(find(id));
  find("close-thread").addEventListener("click", () => openThread(""));
  find("toggle-panels").addEventListener("click", () => openSidePanels(!document.body.classList.contains("panels-open")));
  narrow.addEventListener("change", drawSidePanels);
  window.addEventListener("hashchange", () => { linked = true; draw(); });
  const asked = new URLSearchParams(location.search).get("as") ?? sessionStorage.getItem("person");
  become(state.config.people.includes(asked) ? asked : state.config.people[0]);
  if (inPhone) return;
  drawSidePanels();
  startPhone(answer);
}

start();
