/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 mcufs contributors */

/* The behaviour of the station's pages: readings and curves from the logs, and the settings form. */

"use strict";

const quantities = {
  temperature_c: { unit: "°C", digits: 1, colour: "#d5433f" },
  humidity_percent: { unit: "%", digits: 0, colour: "#2f7fb8" },
  pressure_hpa: { unit: "hPa", digits: 1, colour: "#5b6b7a" },
  battery_v: { unit: "V", digits: 2, colour: "#4c9a5b" },
};

const byId = (id) => document.getElementById(id);

function say(text, kind = "quiet") {
  const status = byId("status");
  status.textContent = text;
  status.className = kind;
}

async function fetchText(path) {
  const answer = await fetch(path, { cache: "no-store" });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${answer.statusText}`);
  return answer.text();
}

/* Rows of a log; a last line without its end is one that is just being written, and left out. */
function parseLog(text) {
  const lines = text.slice(0, text.lastIndexOf("\n")).split("\n");
  const names = lines.shift().split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(names.map((name, i) => [name, i === 0 ? new Date(cells[0]) : Number(cells[i])]));
  });
}

function showReadings(row) {
  for (const [name, { digits }] of Object.entries(quantities))
    byId(name).textContent = row[name].toFixed(digits);
  say(`Last measured ${row.time.toLocaleString()}.`);
}

function range(rows, name) {
  const values = rows.map((row) => row[name]);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const space = (high - low || 1) * 0.08;
  return { low, high, bottom: low - space, top: high + space };
}

function drawGrid(context, width, height, { bottom, top }, digits) {
  context.strokeStyle = context.fillStyle = "#8896a455";
  context.font = "12px system-ui, sans-serif";
  for (let hour = 0; hour <= 24; hour += 6) {
    const x = (hour / 24) * width;
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, height);
    context.stroke();
  }
  context.fillStyle = "#8896a4";
  for (let i = 1; i < 4; i++) {
    const y = (i / 4) * height;
    context.fillText((top - (i / 4) * (top - bottom)).toFixed(digits), 4, y - 4);
    context.fillRect(0, y, width, 0.5);
  }
}

function drawCurve(rows, name) {
  const canvas = byId("chart");
  const context = canvas.getContext("2d");
  const { width, height } = canvas;
  const limits = range(rows, name);
  const { colour, digits, unit } = quantities[name];
  const start = new Date(rows[0].time).setUTCHours(0, 0, 0, 0);

  context.clearRect(0, 0, width, height);
  drawGrid(context, width, height, limits, digits);
  context.beginPath();
  for (const row of rows) {
    const x = ((row.time - start) / 86400000) * width;
    const y = ((limits.top - row[name]) / (limits.top - limits.bottom)) * height;
    context.lineTo(x, y);
  }
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.lineJoin = "round";
  context.stroke();
  context.lineWidth = 1;
  byId("summary").textContent =
    `${rows.length} measurements, lowest ${limits.low.toFixed(digits)} ${unit}, ` +
    `highest ${limits.high.toFixed(digits)} ${unit}.`;
}

async function startStation() {
  const config = JSON.parse(await fetchText("config.json"));
  const day = byId("day");
  const quantity = byId("quantity");
  let rows = [];

  for (const name of config.log.files) day.add(new Option(name, name, false, true));

  async function showDay() {
    const path = `logs/${day.value}.csv`;
    byId("download").href = path;
    rows = parseLog(await fetchText(path));
    drawCurve(rows, quantity.value);
    if (day.selectedIndex === day.length - 1) showReadings(rows[rows.length - 1]);
  }

  day.addEventListener("change", () => showDay().catch((error) => say(error.message, "bad")));
  quantity.addEventListener("change", () => drawCurve(rows, quantity.value));
  await showDay();
  setInterval(showDay, config.log.interval_minutes * 60000);
}

/* "network.host" names config.network.host. */
function settingOf(config, name) {
  const [group, key] = name.split(".");
  return { object: config[group], key };
}

function fillForm(form, config) {
  for (const field of form.querySelectorAll("[name]")) {
    const { object, key } = settingOf(config, field.name);
    if (field.type === "checkbox") field.checked = object[key];
    else field.value = object[key];
  }
}

function readForm(form, config) {
  for (const field of form.querySelectorAll("[name]")) {
    const { object, key } = settingOf(config, field.name);
    if (field.type === "checkbox") object[key] = field.checked;
    else object[key] = field.type === "number" ? Number(field.value) : field.value;
  }
}

async function startSettings() {
  const config = JSON.parse(await fetchText("config.json"));
  const form = byId("settings");

  fillForm(form, config);
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    fillForm(form, config);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    readForm(form, config);
    try {
      const answer = await fetch("config.json", { method: "PUT", body: JSON.stringify(config, null, 2) + "\n" });
      if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
      say("Saved.", "good");
    } catch (error) {
      say(`Not saved: ${error.message}`, "bad");
    }
  });
}

const pages = { station: startStation, settings: startSettings };

pages[document.body.dataset.page]().catch((error) => say(error.message, "bad"));
