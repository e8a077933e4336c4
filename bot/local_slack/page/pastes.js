// Texts to paste: a button for each choice, which opens its texts with a button to copy each.

import { el, find } from "./dom.js";
import { focusPlace, returnFocus } from "./focus.js";
import { post } from "./wire.js";
import { state } from "./store.js";

export function pasteButtons() {
  const panel = state.config.panels.find((each) => each.kind === "paste");
  return (panel?.choices ?? []).map((choice) => el("button", { type: "button", class: "button", onclick: () => showPaste(panel, choice) }, choice.title));
}

function showPaste(panel, choice) {
  const dialog = find("paste");
  const opener = focusPlace();
  dialog.onclose = () => returnFocus(opener);
  dialog.replaceChildren(
    el("header", {}, el("h2", { id: "paste-title" }, choice.title),
      el("button", { type: "button", class: "quiet", "aria-label": "Close", onclick: () => dialog.close() }, "×")),
    el("div", { class: "body" }, el("p", {}, choice.text), choice.parts.map((part, at) => el("section", {},
      el("header", {}, el("h3", {}, `${at + 1}. ${part.title}`), copying(part)),
      el("pre", { tabindex: "0", "aria-label": part.title }, part.text)))));
  dialog.showModal();
  if (panel.post) post(panel.post, {});
}

function copying(part) {
  const button = el("button", { type: "button", class: "button", "aria-label": `Copy ${part.title}` }, "Copy");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(part.text);
    button.textContent = "Copied";
  });
  return button;
}
