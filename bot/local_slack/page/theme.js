// The colour scheme: light, dark, or the system's.

import { find } from "./dom.js";

const WAYS = { "light dark": "Auto", light: "Light", dark: "Dark" };

export function startTheme() {
  const button = find("toggle-theme");
  const show = (way) => {
    document.documentElement.style.colorScheme = way;
    button.textContent = WAYS[way];
    button.setAttribute("aria-label", `Colours: ${WAYS[way]}`);
    localStorage.setItem("theme", way);
  };
  const kept = localStorage.getItem("theme");
  show(kept in WAYS ? kept : "light dark");
  button.addEventListener("click", () => {
    const ways = Object.keys(WAYS);
    show(ways[(ways.indexOf(localStorage.getItem("theme")) + 1) % ways.length]);
  });
}
