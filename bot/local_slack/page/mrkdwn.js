// Slack's mrkdwn as elements: bold, italic, strike, code, quotes, links, mentions and dates.
// docs.slack.dev/messaging/formatting-message-text

import { el } from "./dom.js";
import { state, userName } from "./store.js";

const EMOJI = {
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", rocket: "🚀", lock: "🔒", unlock: "🔓",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", eyes: "👀", tada: "🎉", no_entry: "⛔", rewind: "⏪", bell: "🔔",
  arrow_right: "➡️", question: "❓", red_circle: "🔴", large_green_circle: "🟢", large_yellow_circle: "🟡",
};
const WRAPPED = { "*": "strong", "_": "em", "~": "s" };
const PARTS = new RegExp(
  [
    "```(?<block>[\\s\\S]+?)```",
    "`(?<code>[^`\\n]+)`",
    "<(?<mark>[^<>\\n]+)>",
    "(?<![\\w*_~])(?<sign>[*_~])(?=\\S)(?<inner>[^\\n]*?\\S)\\k<sign>(?![\\w*_~])",
    ":(?<emoji>[a-z0-9_+-]+):",
  ].join("|"),
  "g",
);

const plainly = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
export const emojis = (text) => text.replace(/:([a-z0-9_+-]+):/g, (whole, word) => EMOJI[word] ?? whole);

export function mrkdwn(text) {
  const lines = text.split("\n");
  const nodes = [];
  for (let at = 0; at < lines.length;) {
    const quoted = takeWhile(lines, at, isQuote);
    const plain = quoted.length ? [] : takePlain(lines, at);
    if (quoted.length) nodes.push(el("blockquote", {}, inline(quoted.map(unquoted).join("\n"))));
    else nodes.push(...inline(plain.join("\n")));
    at += quoted.length || plain.length;
    if (!quoted.length && at < lines.length && !isQuote(lines[at])) nodes.push(el("br"));
  }
  return nodes;
}

const isQuote = (line) => line.startsWith("&gt;") || line.startsWith(">");
const unquoted = (line) => line.replace(/^(&gt;|>) ?/, "");

function takeWhile(lines, from, fits) {
  let to = from;
  while (to < lines.length && fits(lines[to])) to += 1;
  return lines.slice(from, to);
}

// Splits before the next quote; a code block stays whole even if a line in it looks like one.
function takePlain(lines, from) {
  let to = from;
  let fenced = false;
  while (to < lines.length && (fenced || !isQuote(lines[to]))) {
    if (lines[to].split("```").length % 2 === 0) fenced = !fenced;
    to += 1;
  }
  return lines.slice(from, to);
}

function inline(text) {
  const nodes = [];
  let at = 0;
  for (const found of text.matchAll(PARTS)) {
    nodes.push(...broken(text.slice(at, found.index)), ...part(found));
    at = found.index + found[0].length;
  }
  return [...nodes, ...broken(text.slice(at))];
}

function part(found) {
  const { block, code, mark, sign, inner, emoji } = found.groups;
  if (block !== undefined) return [el("pre", {}, plainly(block.replace(/^\n/, "")))];
  if (code !== undefined) return [el("code", {}, plainly(code))];
  if (mark !== undefined) return [marked(mark)];
  if (sign !== undefined) return [el(WRAPPED[sign], {}, inline(inner))];
  return [EMOJI[emoji] ?? found[0]];
}

function broken(text) {
  return text.split("\n").flatMap((line, place) => (place ? [el("br"), plainly(line)] : [plainly(line)]));
}

function marked(mark) {
  const [target, label] = [mark.split("|")[0], mark.split("|").slice(1).join("|")];
  if (target.startsWith("@")) return mention(`@${userName(target.slice(1))}`, target.slice(1) === state.you);
  if (target.startsWith("#")) return mention(`#${state.channels.get(target.slice(1))?.name ?? (label || "private")}`);
  if (target.startsWith("!date^")) return date(target, label);
  if (target.startsWith("!subteam^")) return mention(`@${state.groups.get(target.slice(9))?.handle ?? label}`);
  if (target.startsWith("!")) return mention(`@${label || target.slice(1)}`, true);
  return link(plainly(target), plainly(label || target));
}

const mention = (words, yours = false) => el("span", { class: yours ? "mention yours" : "mention" }, words);

function link(target, label) {
  if (!/^(https?:|mailto:)/i.test(target)) return label;
  return el("a", { href: target, target: "_blank", rel: "noopener noreferrer" }, label);
}

const STYLES = {
  date: { year: "numeric", month: "long", day: "numeric" },
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  time: { hour: "2-digit", minute: "2-digit" },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

function date(target, fallback) {
  const [, seconds, format] = target.split("^");
  const at = new Date(Number(seconds) * 1000);
  if (Number.isNaN(at.getTime())) return plainly(fallback);
  const words = plainly(format).replace(/\{(\w+)\}/g, (whole, word) => {
    const style = STYLES[word.replace("_pretty", "")];
    const near = word.endsWith("_pretty") ? nearDay(at) : "";
    if (near) return near;
    return style ? new Intl.DateTimeFormat(undefined, style).format(at) : whole;
  });
  return el("time", { datetime: at.toISOString(), title: plainly(fallback) }, words);
}

// "today", "yesterday" or "tomorrow" in the reader's zone, as Slack's pretty dates say; "" for any other day.
function nearDay(at) {
  const midnight = (time) => new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[Math.round((midnight(at) - midnight(new Date())) / 86_400_000)] ?? "";
}
