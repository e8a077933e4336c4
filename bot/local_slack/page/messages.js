// The messages of a channel and of a thread, as the current user sees them.

import { hours } from "./dates.js";
import { el, find, patch } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { renderBlock } from "./blocks.js";
import { menu } from "./menu.js";
import { act } from "./wire.js";
import { state, channelMessages, threadMessages, message, userName } from "./store.js";

const at = (ts) => hours(new Date(Number(ts) * 1000));

export function avatar(user, small = false) {
  const known = state.users.get(user) ?? state.config.names[user] ?? { name: "?", colour: "#64748b" };
  return el("span", { class: small ? "avatar small" : "avatar", colour: known.colour, "aria-hidden": "true" }, known.name.slice(0, 2));
}

export function showMessages(openThread) {
  fillList(find("messages"), channelMessages(), (each) => item(each, openThread, true));
  find("thread").hidden = !state.thread;
  document.body.classList.toggle("with-thread", Boolean(state.thread));
  if (state.thread) fillList(find("replies"), threadMessages(), (each) => item(each, openThread, false));
}

// Follows the newest message, but leaves a reader who scrolled up in place unless they get a reply.
function fillList(list, messages, render) {
  const place = `${state.you}/${state.channel}/${list.id === "replies" ? state.thread : ""}`;
  const newest = messages.at(-1);
  const answered = newest?.ephemeral && newest.ts !== list.dataset.newest;
  const follows = answered || list.dataset.place !== place || list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  if (list.dataset.place !== place) list.replaceChildren();
  list.dataset.place = place;
  list.dataset.newest = newest?.ts ?? "";
  patch(list, messages, (each) => each.ts, render);
  if (follows) list.scrollTop = list.scrollHeight;
}

function item(each, openThread, inChannel) {
  const user = state.users.get(each.user);
  const reply = each.thread_ts && each.thread_ts !== each.ts;
  return el("article", { class: each.ephemeral ? "message ephemeral" : "message", tabindex: "-1", "aria-label": `${userName(each.user)}, ${at(each.ts)}` },
    avatar(each.user),
    el("div", { class: "message-body" },
      each.ephemeral && el("p", { class: "only-you" }, "Only visible to you"),
      el("p", { class: "by" },
        el("strong", {}, userName(each.user)),
        user?.is_bot && el("span", { class: "app" }, "app"),
        el("time", { datetime: new Date(Number(each.ts) * 1000).toISOString() }, at(each.ts)),
        each.edited && el("span", { class: "edited" }, "edited"),
        inChannel && !reply && !each.ephemeral && !each.reply_count && el("button", {
          type: "button", class: "quiet start-thread", onclick: () => openThread(each.ts),
        }, "Reply in thread"),
      ),
      reply && inChannel && el("button", { type: "button", class: "replied", onclick: () => openThread(each.thread_ts) }, "replied in a thread: ", gist(each)),
      content(each),
      inChannel && each.reply_count > 0 && summary(each, openThread),
      !each.ephemeral && shortcuts(each),
    ),
  );
}

// What apps offer for any message; the bot gets the message, wherever it stands.
function shortcuts(each) {
  const options = Object.entries(state.config.shortcuts ?? {}).map(([value, text]) => ({ value, text: { text } }));
  const use = (shortcut) => act("shortcut", { channel: each.channel, ts: each.ts, shortcut });
  return options.length > 0 && el("span", { class: "message-menu" },
    menu({ element: { action_id: "message-menu", options }, use, label: "Actions for this message" }));
}

function gist(each) {
  // The first words only: a card often says in its first line just what the reply says, and nobody reads that twice.
  const first = message(each.channel, each.thread_ts)?.text ?? "";
  const words = el("span", {}, mrkdwn(first.split("\n")[0])).textContent.split(" ");
  return (words.slice(0, 3).join(" ").slice(0, 60) || "") + "…";
}

function content(each) {
  if (!each.blocks.length) return el("div", { class: "words" }, mrkdwn(each.text));
  const place = {
    use: (block, element, typed) => act("click", {
      channel: each.channel, ts: each.ts, block_id: block.block_id, action_id: element.action_id, typed: typed ?? null, blocks: each.blocks,
    }),
  };
  return el("div", { class: "words blocks" }, each.blocks.map((block) => renderBlock(block, place)));
}

function summary(each, openThread) {
  return el("button", { type: "button", class: "thread-summary", onclick: () => openThread(each.ts) },
    each.reply_users.slice(0, 4).map((user) => avatar(user, true)),
    el("span", {}, each.reply_count === 1 ? "1 reply" : `${each.reply_count} replies`),
    el("small", {}, `last at ${at(each.latest_reply)}`));
}
