"use strict";
/* What both pages use. Text from data only ever becomes text: textContent, never markup. */

const words = JSON.parse(document.body.dataset.words);
const byId = (id) => document.getElementById(id);

function say(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function number(value, digits) {
  if (value === null || value === undefined) return "–";
  const most = digits === undefined ? 2 : digits;
  return value.toLocaleString(document.documentElement.lang, { minimumFractionDigits: digits || 0, maximumFractionDigits: most });
}

function scaleValues(item) {
  const whole = Number.isInteger(item.low) && Number.isInteger(item.high) && item.high - item.low <= 10;
  return whole ? Array.from({ length: item.high - item.low + 1 }, (_, i) => item.low + i) : null;
}

class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/* Asks the server; a refusal carries its sentence, a lost connection has status 0. */
async function ask(path, headers, content) {
  const options = { headers: { ...headers }, cache: "no-store" };
  if (content !== undefined) {
    options.method = "POST";
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(content);
  }
  let response, answer;
  try {
    response = await fetch(path, options);
    answer = await response.json();
  } catch (error) {
    throw new Refusal(0, words.offline);
  }
  if (!response.ok) throw new Refusal(response.status, answer.error || words.broken);
  return answer;
}

function tell(text, isBad) {
  const status = byId("status");
  if (status.textContent !== text) status.textContent = text;
  status.classList.toggle("bad", Boolean(isBad && text));
}

function show(...ids) {
  for (const part of document.querySelectorAll("main > form, main > section")) part.hidden = !ids.includes(part.id);
}
