// The long list of Block Kit (external_select): a box to type into, and the options that the bot names for it.
// docs.slack.dev/reference/block-kit/block-elements/select-menu-element; keys as in the ARIA combobox pattern.

import { el } from "./dom.js";
import { emojis } from "./mrkdwn.js";

const LEAST = 3;
const PAUSE = 150;

export function search({ block, element, value, name, described, use, suggest }) {
  const chosen = value?.selected_option;
  const id = `${name}-options`;
  let found = [];
  let asked = 0;
  let waiting = 0;
  const box = el("input", {
    id: name, type: "text", role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id,
    placeholder: element.placeholder?.text ?? "Choose …", "aria-label": described ? null : element.placeholder?.text ?? "Choose",
    value: chosen ? emojis(chosen.text.text) : "", oninput: () => later(), onfocus: () => later(), onkeydown: (event) => byKey(event),
    onblur: () => setTimeout(close, PAUSE), ...described,
  });
  const list = el("ul", { id, class: "offers options", role: "listbox", "aria-label": "What fits", hidden: true });
  // What is sent with the modal; the box only finds it.
  const kept = el("input", { type: "hidden", "data-block": block.block_id, "data-action": element.action_id, value: chosen?.value ?? "" });

  function later() {
    clearTimeout(waiting);
    waiting = setTimeout(show, PAUSE);
  }

  async function show() {
    const typed = box.value === (chosen && emojis(chosen.text.text)) ? "" : box.value;
    if (typed.length < (element.min_query_length ?? LEAST)) return close();
    const mine = asked += 1;
    const options = await suggest(typed);
    if (mine !== asked || document.activeElement !== box) return;
    found = options;
    list.replaceChildren(...options.map((option) => el("li", {
      role: "option", tabindex: "-1", "data-value": option.value, onmousedown: (event) => { event.preventDefault(); choose(option); },
    }, emojis(option.text.text))));
    if (!options.length) list.append(el("li", { class: "none", role: "option", "aria-disabled": "true" }, "No results"));
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
  }

  function close() {
    asked += 1;
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function choose(option) {
    box.value = emojis(option.text.text);
    kept.value = option.value;
    box.dispatchEvent(new Event("change", { bubbles: true }));
    close();
    use(option.value);
  }

  function byKey(event) {
    const items = [...list.querySelectorAll("[data-value]")];
    const here = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      return close();
    }
    if (event.key === "Enter" && !list.hidden && items.length) {
      event.preventDefault();
      return choose(found[Math.max(here, 0)]);
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    if (list.hidden) return show();
    const next = items.at((here + step + items.length) % items.length);
    items.forEach((item, at) => {
      item.id ||= `${id}-${at}`;
      item.setAttribute("aria-selected", String(item === next));
    });
    next.scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", next.id);
  }

  return el("div", { class: "search" }, box, kept, list);
}
