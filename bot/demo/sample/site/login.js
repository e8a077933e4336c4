// Who flies: a name, kept until one logs out.

const find = (id) => document.getElementById(id);
const KEY = "space-game-pilot";

export function startLogin() {
  find("login").addEventListener("submit", (event) => {
    event.preventDefault();
    const name = find("pilot").value.trim();
    if (name) show(keep(name));
  });
  find("logout").addEventListener("click", () => {
    localStorage.removeItem(KEY);
    show("");
  });
  show(pilot());
}

export const pilot = () => localStorage.getItem(KEY) ?? "";

function keep(name) {
  localStorage.setItem(KEY, name);
  return name;
}

function show(name) {
  find("login").hidden = Boolean(name);
  find("cockpit").hidden = !name;
  find("who").textContent = name ? `${name} is on board.` : "";
}
