// The boxes for messages and commands: Enter sends, Shift+Enter adds a line, `/` and `@` open completions.

import { el, find } from "./dom.js";
import { act } from "./wire.js";
import { offering } from "./offers.js";
import { state, channelName } from "./store.js";

export function startComposer(form, thread) {
  const id = `${form.id}-offers`;
  const box = el("textarea", { rows: 1, "aria-label": "Message", autocomplete: "off", spellcheck: "true", "aria-autocomplete": "list", "aria-controls": id });
  const list = el("ul", { id, class: "offers", role: "listbox", "aria-label": "What you can type", hidden: true });
  const offers = offering(box, list);
  const sent = [];
  let back = 0;
  const send = async (event) => {
    event?.preventDefault();
    const text = box.value.trim();
    if (!text) return;
    box.value = "";
    offers.close();
    back = 0;
    sent.unshift(text);
    const thread_ts = thread() || null;
    await act(text.startsWith("/") ? "command" : "message", { channel: state.channel, text, thread_ts });
  };
  box.addEventListener("keydown", (event) => {
    if (offers.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
    if (event.key === "ArrowUp" && !box.value && sent.length) {
      event.preventDefault();
      box.value = sent[back % sent.length];
      back += 1;
    }
  });
  form.addEventListener("submit", send);
  form.replaceChildren(list, box, el("button", { type: "submit", class: "button primary" }, "Send"));
}

// Writes a line into the channel's box; the reader sends it.
export function typeLine(line) {
  const box = find("composer").querySelector("textarea");
  box.value = line;
  requestAnimationFrame(() => box.focus());
}

export function showComposers() {
  const channel = state.channels.get(state.channel);
  const name = channel?.is_im ? channelName(channel) : `#${channelName(channel)}`;
  const box = (id) => find(id).querySelector("textarea");
  box("composer").placeholder = `Message ${name}, or ${state.config.commands[0] ?? "a command"} …`;
  box("thread-composer").placeholder = "Reply …";
}
