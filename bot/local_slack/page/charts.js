// Charts: bars, lines and areas over categories. One text says all values to who cannot see them.

import { el, svg } from "./dom.js";

const KINDS = { bar: "Bar chart", line: "Line chart", area: "Area chart" };
const CROWDED = 90;
const CROWDED_IF_NARROW = 36;

const written = (value) => value.toLocaleString("en", { maximumFractionDigits: 2 });
const room = (texts) => Math.max(...texts.map((each) => each.length)) * texts.length;
const colour = (index) => `series-${index + 1}`;
const percent = (value) => `${value}%`;

export function renderChart({ title, chart }) {
  const { categories, x_label: along, y_label: unit } = chart.axis_config;
  const series = chart.series.map(({ name, data }) => ({ name, values: inOrder(data, categories) }));
  const lines = scaleOf(series.flatMap((each) => each.values));
  const height = (value) => ((lines[0] - value) / (lines[0] - lines.at(-1))) * 100;
  const draw = chart.type === "bar" ? bars : strokes;
  return el("figure", { class: "chart" },
    el("figcaption", { "aria-hidden": "true" }, title),
    unit && el("p", { class: "unit", "aria-hidden": "true" }, unit),
    el("div", { class: "plot" },
      el("div", { class: "scale", "aria-hidden": "true" }, lines.map((each) => el("span", {}, written(each)))),
      svg("svg", { class: "drawn", role: "img", "aria-label": spoken(title, chart, series) },
        lines.map((each) => svg("line", { class: each ? "grid" : "zero", x1: 0, x2: "100%", y1: percent(height(each)), y2: percent(height(each)) })),
        draw(series.map((each) => each.values), height, chart.type === "area")),
      el("div", { class: `labels ${crowd(categories)}`, "aria-hidden": "true" }, categories.map((each) => el("span", {}, each)))),
    along && el("p", { class: "unit below", "aria-hidden": "true" }, along),
    series.length > 1 && legend(series));
}

function inOrder(data, categories) {
  const values = new Map(data.map((point) => [point.label, point.value]));
  return categories.map((label) => values.get(label));
}

function spoken(title, chart, series) {
  const { categories, y_label: unit } = chart.axis_config;
  const listed = (values) => categories.map((label, place) => `${label} ${written(values[place])}`).join(", ");
  const kind = unit ? `${KINDS[chart.type]}, ${unit}` : KINDS[chart.type];
  return [`${title}. ${kind}.`, ...series.map(({ name, values }) => `${name}: ${listed(values)}.`)].join(" ");
}

function crowd(texts) {
  if (room(texts) > CROWDED) return "tall";
  return room(texts) > CROWDED_IF_NARROW ? "tall-if-narrow" : "";
}

// Returns the values at the lines of the scale, the highest first, at round distances.
function scaleOf(values) {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const rough = (high - low || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough;
  const from = Math.floor(low / step);
  const to = Math.max(Math.ceil(high / step), from + 1);
  return Array.from({ length: to - from + 1 }, (_, index) => Number(((to - index) * step).toPrecision(12)));
}

function bars(series, height) {
  const slot = 100 / series[0].length;
  const width = (slot * 0.7) / series.length;
  const crowded = room(series[0].map(written));
  const named = series.length === 1 && crowded <= CROWDED;
  return series.flatMap((values, index) => values.flatMap((value, place) => {
    const x = slot * (place + 0.15) + width * index;
    const [high, low] = [height(Math.max(value, 0)), height(Math.min(value, 0))];
    return [
      svg("rect", { class: colour(index), x: percent(x), y: percent(high), width: percent(width), height: percent(low - high) }),
      named && svg("text", {
        class: crowded > CROWDED_IF_NARROW ? "value if-wide" : "value",
        x: percent(x + width / 2), y: percent(value < 0 ? low : high), dy: value < 0 ? 12 : -4,
      }, written(value)),
    ];
  }));
}

// Lines have to stretch with the chart, their strokes and points not.
function strokes(series, height, filled) {
  const across = (place) => ((place + 0.5) * 100) / series[0].length;
  return series.flatMap((values, index) => {
    const points = values.map((value, place) => `${across(place)},${height(value)}`);
    const ground = [`${across(values.length - 1)},${height(0)}`, `${across(0)},${height(0)}`];
    return [
      svg("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", width: "100%", height: "100%" },
        filled && svg("polygon", { class: `${colour(index)} filled`, points: [...points, ...ground].join(" ") }),
        svg("polyline", { class: `${colour(index)} stroke`, points: points.join(" ") })),
      ...values.map((value, place) => svg("circle", { class: colour(index), cx: percent(across(place)), cy: percent(height(value)), r: 3 })),
    ];
  });
}

function legend(series) {
  return el("ul", { class: "legend", "aria-hidden": "true" },
    series.map(({ name }, index) => el("li", {}, el("span", { class: `swatch ${colour(index)}` }), name)));
}
