// The top modal of the current user: inputs, errors, submitting and closing.

import { el, find } from "./dom.js";
import { focusPlace, returnFocus } from "./focus.js";
import { emojis } from "./mrkdwn.js";
import { renderBlock, typedIn } from "./blocks.js";
import { act } from "./wire.js";
import { state } from "./store.js";

let shown = "";
let sending = false;
let opener = null;

export function showModal() {
  const dialog = find("modal");
  const view = state.views.at(-1);
  const signature = view ? JSON.stringify(view) : "";
  if (signature === shown) return;
  const typed = view && dialog.dataset.view === view.id ? filled(dialog) : {};
  const focused = dialog.contains(document.activeElement) ? document.activeElement.id : "";
  shown = signature;
  if (!view) {
    dialog.close();
    dialog.replaceChildren();
    if (opener) returnFocus(opener);
    opener = null;
    return;
  }
  opener ??= focusPlace();
  dialog.dataset.view = view.id;
  dialog.replaceChildren(form(view));
  keepTyped(dialog, typed);
  if (!dialog.open) dialog.showModal();
  const next = dialog.querySelector("[aria-invalid]") ?? find(focused) ?? dialog.querySelector(".body :is(input, select, textarea, button)");
  next?.focus();
}

export function startModals() {
  find("modal").addEventListener("cancel", (event) => {
    event.preventDefault();
    close(state.views.length > 1);
  });
}

const close = (everything) => {
  const view = state.views.at(-1);
  if (view) act("close", { view: view.id, everything });
};

function form(view) {
  const place = {
    values: view.state.values,
    errors: view.errors,
    use: (block, element, typed) => act("click", {
      view: view.id, block_id: block.block_id, action_id: element.action_id, typed: typed ?? null, filled: filled(find("modal")),
    }),
    suggest: async (block, element, typed) => (await act("options", {
      view: view.id, block_id: block.block_id, action_id: element.action_id, typed,
    })).options ?? [],
  };
  return el("form", { novalidate: true, onsubmit: submit, oninput: takeBack, onkeydown: submitByKeys },
    el("header", {},
      state.views.length > 1 && el("button", { type: "button", class: "quiet", onclick: () => close(false) }, "‹ Back"),
      el("h2", { id: "modal-title" }, emojis(view.title.text)),
      el("button", { type: "button", class: "quiet", "aria-label": "Close", onclick: () => close(true) }, "×"),
    ),
    view.trouble && el("p", { class: "trouble", role: "alert" }, view.trouble),
    el("div", { class: "body" }, view.blocks.map((block) => renderBlock(block, place))),
    el("div", { class: "foot" },
      el("button", { type: "button", class: "button", onclick: () => close(false) }, view.close?.text ?? (view.submit ? "Cancel" : "Close")),
      view.submit && el("button", { type: "submit", class: "button primary" }, view.submit.text),
    ),
  );
}

// Ctrl or Cmd with Enter submits from every input, as in Slack; in a text of several lines Enter alone adds a line.
function submitByKeys(event) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  event.preventDefault();
  event.currentTarget.requestSubmit();
}

// An error may concern the whole form, at whichever input it is shown: any change makes it outdated.
function takeBack(event) {
  const form = event.currentTarget;
  const view = state.views.at(-1);
  if (!view) return;
  Object.assign(view, { errors: {}, trouble: "" });
  shown = JSON.stringify(view);
  for (const error of form.querySelectorAll(".error, .trouble")) error.remove();
  for (const input of form.querySelectorAll(".wrong")) input.classList.remove("wrong");
  for (const input of form.querySelectorAll("[aria-invalid]")) {
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  }
}

async function submit(event) {
  event.preventDefault();
  if (sending) return;
  sending = true;
  const button = event.target.querySelector("[type=submit]");
  button?.setAttribute("aria-busy", "true");
  const view = state.views.at(-1);
  if (view) await act("submit", { view: view.id, filled: filled(event.target) });
  button?.removeAttribute("aria-busy");
  sending = false;
}

const inputs = (node) => [...node.querySelectorAll("[data-block]")];

function filled(node) {
  const values = {};
  for (const input of inputs(node)) {
    (values[input.dataset.block] ??= {})[input.dataset.action] = typedIn(input);
  }
  return values;
}

// Keeps what the user was typing when the bot updated the modal, if the input still exists.
function keepTyped(node, values) {
  for (const input of inputs(node)) {
    const typed = values[input.dataset.block]?.[input.dataset.action];
    if (typed === undefined) continue;
    if (!input.classList.contains("ticks")) input.value = typed;
    else for (const box of input.querySelectorAll("input")) box.checked = [typed].flat().includes(box.value);
  }
}
