// The two ways to the server: a websocket with what one user sees, and posts for what they do.

import { state, showState, applyChange } from "./store.js";
import { find } from "./dom.js";

let socket = null;
let toastTimer = 0;
let lost = false;

export function toast(words) {
  const place = find("toast");
  place.textContent = words;
  place.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { place.hidden = true; }, 5000);
}

// Says it to people who do not see the page.
export function say(words) {
  find("said").textContent = words;
}

export function watch(person, changed, panelsChanged) {
  if (socket) {
    socket.onclose = null;
    socket.close();
  }
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new WebSocket(`${scheme}://${location.host}/ws?as=${encodeURIComponent(person)}`);
  socket.onmessage = (event) => {
    const change = JSON.parse(event.data);
    if (change.kind === "panels") return panelsChanged();
    if (change.kind === "state") {
      showState(change);
      // The server may be another one now, with other panels.
      if (lost) panelsChanged();
      lost = false;
    } else applyChange(change.kind, change.subject);
    state.connected = true;
    changed();
  };
  socket.onclose = () => {
    state.connected = false;
    lost = true;
    changed();
    setTimeout(() => watch(person, changed, panelsChanged), 1000);
  };
}

// Receives what another user's page receives, for as long as this page is open.
export function listen(person, hear) {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const ear = new WebSocket(`${scheme}://${location.host}/ws?as=${encodeURIComponent(person)}`);
  ear.onmessage = (event) => hear(JSON.parse(event.data));
  ear.onclose = () => setTimeout(() => listen(person, hear), 1000);
}

export async function post(path, body) {
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ as: state.you, ...body }),
    });
    const answer = await response.json();
    if (!response.ok && !answer.message) toast(`That was not taken: ${answer.error ?? response.status}`);
    return answer;
  } catch {
    toast("The local Slack does not answer. Is it still running?");
    return { ok: false, error: "unreachable" };
  }
}

export const act = (operation, body) => post(`/ui/${operation}`, body);
