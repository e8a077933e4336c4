// Block Kit as elements, for messages and modals; unknown blocks are shown as text.

import { renderChart } from "./charts.js";
import { el } from "./dom.js";
import { mrkdwn, emojis } from "./mrkdwn.js";
import { ask } from "./confirm.js";
import { menu } from "./menu.js";
import { search } from "./search.js";

export const words = (object) => (object.type === "mrkdwn" ? mrkdwn(object.text) : [emojis(object.text)]);

// `place` defines what using an element does: use(block, element, typed), values, errors.
export function renderBlock(block, place) {
  const render = BLOCKS[block.type];
  return render ? render(block, place) : unknown(block);
}

const BLOCKS = {
  section: (block, place) => el("div", { class: "section" },
    el("div", { class: "section-words" },
      block.text && el("p", {}, words(block.text)),
      block.fields && el("div", { class: "fields" }, block.fields.map((field) => el("p", {}, words(field)))),
    ),
    block.accessory && el("div", { class: "accessory" }, renderElement(block, block.accessory, place)),
  ),
  context: (block) => el("div", { class: "context" },
    block.elements.map((element) => el("span", {}, element.type === "image" ? `[${element.alt_text}]` : words(element)))),
  actions: (block, place) => el("div", { class: "actions" },
    block.elements.map((element) => renderElement(block, element, place))),
  divider: () => el("hr"),
  header: (block) => el("h3", { class: "header" }, words(block.text)),
  image: (block) => el("p", { class: "picture" },
    el("a", { href: block.image_url, target: "_blank", rel: "noopener noreferrer" }, block.title?.text ?? block.alt_text)),
  input: renderInput,
  data_visualization: renderChart,
};

const unknown = (block) => el("details", { class: "unknown" },
  el("summary", {}, `A block of the type “${block.type}”`), el("pre", {}, JSON.stringify(block, null, 2)));

function renderInput(block, place) {
  const name = `${block.block_id}-${block.element.action_id}`;
  const error = place.errors?.[block.block_id];
  const grouped = ["checkboxes", "radio_buttons"].includes(block.element.type);
  const label = [block.label.text, block.optional && el("span", { class: "optional" }, " (optional)")];
  return el(grouped ? "fieldset" : "div", { class: error ? "input wrong" : "input" },
    grouped ? el("legend", {}, label) : el("label", { for: name }, label),
    renderElement(block, block.element, place, { name, wrong: Boolean(error) }),
    block.hint && el("p", { class: "hint", id: `${name}-hint` }, words(block.hint)),
    error && el("p", { class: "error", id: `${name}-error`, role: "alert" }, error),
  );
}

function renderElement(block, element, place, input = null) {
  const render = ELEMENTS[element.type];
  if (!render) return unknown(element);
  const tells = !input || block.dispatch_action;
  return render({
    block,
    element,
    value: place.values?.[block.block_id]?.[element.action_id],
    name: input?.name ?? `${block.block_id}-${element.action_id}`,
    described: input && { "aria-invalid": input.wrong || null, "aria-describedby": input.wrong ? `${input.name}-error` : null },
    use: (typed) => tells && place.use(block, element, typed),
    suggest: (typed) => place.suggest(block, element, typed),
  });
}

const ELEMENTS = { button, static_select: select, external_select: search, checkboxes: ticks, radio_buttons: ticks, plain_text_input: text, overflow: menu, image };

function image({ element }) {
  return el("span", { class: "picture" }, `[${element.alt_text}]`);
}

function button({ element, use }) {
  const press = async (event) => {
    const pressed = event.currentTarget;
    if (element.confirm && !(await ask(element.confirm))) return;
    if (element.url) window.open(element.url, "_blank", "noopener");
    pressed.setAttribute("aria-busy", "true");
    await use();
    pressed.removeAttribute("aria-busy");
  };
  const label = element.accessibility_label ?? (element.url ? `${element.text.text}, opens a new page` : null);
  return el("button", {
    type: "button", class: `button ${element.style ?? ""}`, onclick: press, "data-action": element.action_id, "aria-label": label,
  }, emojis(element.text.text), element.url && el("span", { class: "out", "aria-hidden": "true" }, " ↗"));
}

function select({ block, element, value, name, described, use }) {
  const chosen = value?.selected_option?.value ?? "";
  const option = (each) => el("option", { value: each.value, selected: each.value === chosen }, emojis(each.text.text));
  const groups = (element.option_groups ?? []).map((group) => el("optgroup", { label: group.label.text }, group.options.map(option)));
  return el("select", {
    id: name, "data-block": block.block_id, "data-action": element.action_id, "aria-label": described ? null : element.placeholder?.text ?? "Choose",
    onchange: (event) => use(event.target.value), ...described,
  }, el("option", { value: "", selected: !chosen }, element.placeholder?.text ?? "Choose …"), (element.options ?? []).map(option), groups);
}

function ticks({ block, element, value, name, use }) {
  const many = element.type === "checkboxes";
  const chosen = new Set(many ? (value?.selected_options ?? []).map((each) => each.value) : [value?.selected_option?.value]);
  const group = el("div", { class: "ticks", "data-block": block.block_id, "data-action": element.action_id });
  group.append(...element.options.map((each) => el("label", { class: "tick" },
    el("input", {
      type: many ? "checkbox" : "radio", name, value: each.value, checked: chosen.has(each.value), onchange: () => use(typedIn(group)),
    }),
    el("span", {}, words(each.text), each.description && el("small", {}, words(each.description))))));
  return group;
}

function text({ block, element, value, name, described, use }) {
  const props = {
    id: name, "data-block": block.block_id, "data-action": element.action_id, placeholder: element.placeholder?.text,
    maxlength: element.max_length ?? 3000, autofocus: element.focus_on_load, onchange: (event) => use(event.target.value), ...described,
  };
  if (element.multiline) return el("textarea", { ...props, rows: 3 }, value?.value ?? "");
  return el("input", { ...props, type: "text", autocomplete: "off", value: value?.value ?? "" });
}

// Returns what was filled in: text, the value of an option, or a list of values.
export function typedIn(node) {
  if (!node.classList.contains("ticks")) return node.value;
  const chosen = [...node.querySelectorAll("input:checked")].map((each) => each.value);
  return node.querySelector("input[type=checkbox]") ? chosen : chosen[0] ?? "";
}
