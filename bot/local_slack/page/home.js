// The app's Home: a tab beside its messages, drawn by the bot for each user; opening it is an event that the bot gets.

import { el, find } from "./dom.js";
import { redraw } from "./focus.js";
import { renderBlock } from "./blocks.js";
import { state } from "./store.js";
import { act } from "./wire.js";

let shown = "";

const ofApp = () => {
  const channel = state.channels.get(state.channel);
  const other = channel?.is_im && channel.members.find((member) => member !== state.you);
  return Boolean(other) && other !== "USLACKBOT" && Boolean(state.users.get(other)?.is_bot);
};

export const atHome = () => state.home.open && ofApp();

// Opens the tab, which the bot hears of each time, as in Slack.
export function openHome(open, draw) {
  state.home.open = open;
  if (open) act("home", {});
  draw();
}

export function showHome(draw) {
  const app = ofApp();
  const here = atHome();
  const signature = JSON.stringify([state.you, app, here, here && state.home.view]);
  if (signature === shown) return;
  shown = signature;
  find("tabs").hidden = !app;
  find("home").hidden = !here;
  for (const id of ["messages", "composer"]) find(id).hidden = here;
  redraw(find("tabs"), [tab("Home", here, () => openHome(true, draw)), tab("Messages", !here, () => openHome(false, draw))]);
  if (here) redraw(find("home"), content(state.home.view));
}

function tab(label, chosen, open) {
  return el("button", {
    type: "button", role: "tab", class: chosen ? "tab chosen" : "tab", "aria-selected": String(chosen), "aria-controls": label.toLowerCase(), onclick: open,
  }, label);
}

function content(view) {
  if (!view) return [el("p", { class: "hint" }, "The app has published nothing here for you.")];
  const place = {
    use: (block, element, typed) => act("click", {
      view: view.id, block_id: block.block_id, action_id: element.action_id, typed: typed ?? null, blocks: view.blocks,
    }),
  };
  return view.blocks.map((block) => renderBlock(block, place));
}
