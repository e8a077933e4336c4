// The five best flights on this machine.

const KEY = "space-game-scores";
const list = document.getElementById("scores");

const best = () => JSON.parse(localStorage.getItem(KEY) ?? "[]");

export function remember(pilot, seconds) {
  const scores = [...best(), { pilot, seconds }].sort((one, other) => other.seconds - one.seconds).slice(0, 5);
  localStorage.setItem(KEY, JSON.stringify(scores));
  showLeaderboard();
}

export function showLeaderboard() {
  const lines = best().map(({ pilot, seconds }) => `${pilot}, ${seconds} s`);
  list.className = lines.length ? "flown" : "";
  list.replaceChildren(...(lines.length ? lines : ["Nobody has flown yet."]).map((words) => {
    const line = document.createElement("li");
    line.textContent = words;
    return line;
  }));
}
