// The sky, the ship and the asteroids: stay clear of them as long as you can.

import { startLogin, pilot } from "./login.js";
import { remember, showLeaderboard } from "./leaderboard.js";

const sky = document.getElementById("sky");
const score = document.getElementById("score");
const pen = sky.getContext("2d");
const colour = getComputedStyle(document.documentElement).getPropertyValue("--headline").trim();
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const held = new Set();
const ROOM = 320; // below this many pixels a waiting ship would stand on the words

let wide = 0;
let high = 0;
let stars = [];
let flight = null;
let before = 0;

function measure() {
  const dense = window.devicePixelRatio || 1;
  wide = innerWidth;
  high = innerHeight;
  sky.width = wide * dense;
  sky.height = high * dense;
  pen.setTransform(dense, 0, 0, dense, 0, 0);
  stars = Array.from({ length: Math.round((wide * high) / 6000) }, () => ({
    x: Math.random() * wide, y: Math.random() * high, far: 0.3 + Math.random() * 0.7,
  }));
  if (still) draw();
}

function fly() {
  flight = { x: wide / 2, seconds: 0, next: 0, rocks: [] };
  document.body.classList.add("flying");
  score.hidden = false;
  if (still) requestAnimationFrame(frame);
}

function land() {
  const seconds = Math.floor(flight.seconds);
  flight = null;
  document.body.classList.remove("flying");
  score.textContent = `${seconds} s`;
  remember(pilot(), seconds);
}

function steer(step) {
  if (held.has("ArrowLeft")) flight.x -= 320 * step;
  if (held.has("ArrowRight")) flight.x += 320 * step;
  flight.x = Math.min(wide - 12, Math.max(12, flight.x));
}

function advance(step) {
  for (const star of stars) star.y = (star.y + step * 20 * star.far * (flight ? 4 : 1)) % high;
  if (!flight) return;
  steer(step);
  flight.seconds += step;
  flight.next -= step;
  score.textContent = `${Math.floor(flight.seconds)} s`;
  if (flight.next <= 0) {
    flight.next = Math.max(0.18, 0.7 - flight.seconds / 60);
    flight.rocks.push({ x: Math.random() * wide, y: -30, size: 8 + Math.random() * 16, speed: 120 + Math.random() * 120 + flight.seconds * 4 });
  }
  for (const rock of flight.rocks) rock.y += rock.speed * step;
  flight.rocks = flight.rocks.filter((rock) => rock.y < high + 30);
  if (flight.rocks.some((rock) => Math.hypot(rock.x - flight.x, rock.y - (high - 40)) < rock.size + 9)) land();
}

function draw() {
  pen.clearRect(0, 0, wide, high);
  pen.fillStyle = "#dfe6f3";
  for (const star of stars) {
    pen.globalAlpha = star.far * 0.8;
    pen.fillRect(star.x, star.y, 1 + star.far, 1 + star.far);
  }
  pen.globalAlpha = 1;
  pen.fillStyle = "#7b859b";
  for (const rock of flight?.rocks ?? []) {
    pen.beginPath();
    pen.arc(rock.x, rock.y, rock.size, 0, 2 * Math.PI);
    pen.fill();
  }
  if (flight || high > ROOM) drawShip(flight?.x ?? wide / 2);
}

function drawShip(x) {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.moveTo(x, high - 54);
  pen.lineTo(x + 11, high - 26);
  pen.lineTo(x, high - 32);
  pen.lineTo(x - 11, high - 26);
  pen.fill();
}

function frame(now) {
  advance(Math.min(0.05, (now - before) / 1000));
  before = now;
  draw();
  if (flight || !still) requestAnimationFrame(frame);
}

addEventListener("resize", measure);
addEventListener("keydown", (event) => held.add(event.key));
addEventListener("keyup", (event) => held.delete(event.key));
addEventListener("pointermove", (event) => { if (flight) flight.x = event.clientX; });
document.getElementById("fly").addEventListener("click", fly);
startLogin();
showLeaderboard();
measure();
requestAnimationFrame(frame);
