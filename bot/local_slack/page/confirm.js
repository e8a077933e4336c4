// The confirmation dialog of a button.

import { el, find } from "./dom.js";
import { focusPlace, returnFocus } from "./focus.js";
import { mrkdwn, emojis } from "./mrkdwn.js";

export function ask(confirm) {
  const dialog = find("confirm");
  const opener = focusPlace();
  return new Promise((resolve) => {
    const answer = (yes) => {
      dialog.onclose = null;
      dialog.close();
      returnFocus(opener);
      resolve(yes);
    };
    const words = confirm.text.type === "mrkdwn" ? mrkdwn(confirm.text.text) : [emojis(confirm.text.text)];
    dialog.replaceChildren(
      el("h2", { id: "confirm-title" }, emojis(confirm.title.text)),
      el("p", {}, words),
      el("div", { class: "foot" },
        el("button", { type: "button", class: "button", onclick: () => answer(false) }, confirm.deny.text),
        el("button", { type: "button", class: `button ${confirm.style ?? "primary"}`, autofocus: true, onclick: () => answer(true) }, confirm.confirm.text),
      ),
    );
    dialog.onclose = () => {
      returnFocus(opener);
      resolve(false);
    };
    dialog.showModal();
  });
}
