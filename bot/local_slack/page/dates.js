// Times in the reader's own zone, on a 24-hour clock, and Slack's tokens for dates.
// docs.slack.dev/messaging/formatting-message-text and docs.slack.dev/reference/block-kit/block-elements/date-element

const HOURS = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const LONG = { weekday: "long", year: "numeric", month: "long", day: "numeric" };
const STYLES = {
  date: { year: "numeric", month: "long", day: "numeric" },
  date_slash: { year: "numeric", month: "2-digit", day: "2-digit" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: LONG,
  date_long_full: { year: "numeric", month: "long", day: "numeric" },
  time: HOURS,
  time_secs: { ...HOURS, second: "2-digit" },
};
const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]];
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
const clock = new Intl.DateTimeFormat(undefined, HOURS);

export const hours = (at) => clock.format(at);

// Slack writes the first letter of a date large, unless something else stands before it.
export function dated(at, format, now = new Date()) {
  const words = format.replace(/\{(\w+)\}/g, (whole, word) => token(word, at, now) ?? whole);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function token(word, at, now) {
  if (word === "ago") return ago(at, now);
  if (word === "date_num") return numbers(at);
  if (word === "day_divider_pretty") return near(at, now) ?? written(at.getFullYear() === now.getFullYear() ? { ...LONG, year: undefined } : LONG, at);
  const name = word.replace(/_pretty$/, "");
  if (!STYLES[name]) return null;
  return (name === word ? null : near(at, now)) ?? written(STYLES[name], at);
}

const written = (style, at) => new Intl.DateTimeFormat(undefined, style).format(at);
const numbers = (at) => [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((each) => String(each).padStart(2, "0")).join("-");

// Yesterday, today and tomorrow as the reader's calendar has them.
function near(at, now) {
  const days = [at, now].map((each) => Date.UTC(each.getFullYear(), each.getMonth(), each.getDate()) / 86_400_000);
  const away = days[0] - days[1];
  return Math.abs(away) <= 1 ? relative.format(away, "day") : null;
}

function ago(at, now) {
  const seconds = Math.round((at - now) / 1000);
  const [unit, size] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? UNITS.at(-1);
  return relative.format(Math.trunc(seconds / size), unit);
}
