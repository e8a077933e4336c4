// Builds the page from elements and text only: no text is ever parsed as markup.

export const find = (id) => document.getElementById(id);

export const el = (tag, props = {}, ...children) => filled(document.createElement(tag), props, children);

export const svg = (tag, props = {}, ...children) => filled(document.createElementNS("http://www.w3.org/2000/svg", tag), props, children);

function filled(node, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "colour") node.style.setProperty("--colour", value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child || child === 0));
  return node;
}

// Updates a list and leaves unchanged nodes alone, which keeps focus and scroll position.
export function patch(container, items, key, render) {
  const old = new Map([...container.children].map((node) => [node.dataset.key, node]));
  const nodes = items.map((item) => {
    const signature = JSON.stringify(item);
    const before = old.get(key(item));
    if (before && before.signature === signature) return before;
    const node = render(item);
    node.dataset.key = key(item);
    node.signature = signature;
    if (before) node.replaces = before;
    return node;
  });
  nodes.forEach((node, place) => {
    const menu = node.replaces && openMenu(node.replaces);
    const held = node.replaces && heldFocus(node.replaces);
    if (node.replaces && node.replaces.isConnected) node.replaces.replaceWith(node);
    delete node.replaces;
    if (container.children[place] !== node) container.insertBefore(node, container.children[place] ?? null);
    if (menu && reopenMenu(node, menu)) return;
    if (held) giveFocus(node, held);
  });
  while (container.children.length > nodes.length) container.lastElementChild.remove();
}

function heldFocus(node) {
  const active = document.activeElement;
  return node.contains(active) ? { action: active.dataset.action ?? active.dataset.menu } : null;
}

function giveFocus(node, held) {
  const same = held.action && node.querySelector(`[data-action="${CSS.escape(held.action)}"]`);
  (same || node).focus();
}

// A message that is edited is drawn from scratch: an open menu opens again at the same entry, if it still has one.
function openMenu(node) {
  const open = node.querySelector(".menu:popover-open");
  return open && { action: open.previousElementSibling.dataset.action, at: [...open.children].indexOf(document.activeElement) };
}

function reopenMenu(node, was) {
  const list = node.querySelector(`[data-action="${CSS.escape(was.action)}"] + .menu`);
  list?.showPopover();
  list?.children[Math.max(0, was.at)]?.focus();
  return Boolean(list);
}
