// Where one types a message or a slash command; Enter sends, Shift+Enter makes a new line.

import { el, find } from "./dom.js";
import { act } from "./wire.js";
import { state, channelName } from "./store.js";

export function startComposer(form, thread) {
  const box = el("textarea", { rows: 1, "aria-label": "Message", autocomplete: "off", spellcheck: "true" });
  const sent = [];
  let back = 0;
  const send = async (event) => {
    event?.preventDefault();
    const text = box.value.trim();
    if (!text) return;
    box.value = "";
    back = 0;
    sent.unshift(text);
    const thread_ts = thread() || null;
    await act(text.startsWith("/") ? "command" : "message", { channel: state.channel, text, thread_ts });
  };
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
    if (event.key === "ArrowUp" && !box.value && sent.length) {
      event.preventDefault();
      box.value = sent[back % sent.length];
      back += 1;
    }
    if (event.key === "Tab" && !event.shiftKey && complete(box)) event.preventDefault();
  });
  form.addEventListener("submit", send);
  form.replaceChildren(box, el("button", { type: "submit", class: "button primary" }, "Send"));
}

// A started command is finished by Tab.
function complete(box) {
  const command = state.config.commands.find((each) => box.value && box.value !== each && each.startsWith(box.value));
  if (command) box.value = `${command} `;
  return Boolean(command);
}

export function showComposers() {
  const channel = state.channels.get(state.channel);
  const name = channel?.is_im ? channelName(channel) : `#${channelName(channel)}`;
  const box = (id) => find(id).querySelector("textarea");
  box("composer").placeholder = `Message ${name}, or ${state.config.commands[0] ?? "a command"} …`;
  box("thread-composer").placeholder = "Reply …";
}
