"use strict";
/* The facilitator's page: the code to join, who has voted (never what), rounds, and results once closed. */

const POLL = 1000;
const kept = window.sessionStorage;
if (window.location.hash.length > 1) {
  kept.setItem("facilitator", window.location.hash.slice(1));
  window.history.replaceState(null, "", window.location.pathname);
}
const headers = { "X-Facilitator-Token": kept.getItem("facilitator") || "" };
let room = null;
let shownResults = "";
let sure = "";

async function look() {
  try {
    draw(await ask("/api/facilitator/state", headers));
    if (byId("status").classList.contains("bad")) tell("");
  } catch (error) {
    tell(error.status === 401 || error.status === 403 ? words.wrong : error.message, true);
  }
}

async function act(what, which) {
  try {
    await ask("/api/facilitator/do", headers, { what, which });
    tell("");
  } catch (error) {
    tell(error.message, true);
  }
  await look();
}

function draw(now) {
  const changed = !room || JSON.stringify(room.people) !== JSON.stringify(now.people);
  room = now;
  byId("main").hidden = false;
  byId("client").textContent = room.ballot.client;
  byId("round").textContent = room.instrument;
  drawJoining();
  drawRound();
  if (changed) drawPeople();
  drawResults();
}

function drawJoining() {
  byId("joining").hidden = room.finished;
  const at = room.joining;
  if (byId("qr").src !== at.qr) byId("qr").src = at.qr;
  byId("address").textContent = at.address;
  byId("code").textContent = `${at.code.slice(0, 3)} ${at.code.slice(3)}`;
  byId("reach").textContent = at.room ? words.room : words.loopback;
}

function drawRound() {
  const last = room.closed[room.closed.length - 1];
  const text = room.round ? words[`open_is_${room.round}`] : last ? words[`closed_is_${last}`] : words.state_none;
  const state = room.finished ? words.over : text;
  if (byId("state").textContent !== state) byId("state").textContent = state;
  const due = room.closed.includes("blind") ? "consensus" : "blind";
  const label = room.round ? `close_${room.round}` : `open_${due}`;
  const button = byId("act");
  button.hidden = room.finished;
  if (sure !== label) {
    sure = sure.startsWith("close") || sure === "finish" ? sure : "";
    button.textContent = words[label];
  }
  button.onclick = () => confirmed(label, button, () => act(room.round ? "close" : "open", room.round || due));
  byId("end").hidden = room.finished || Boolean(room.round) || !room.closed.length;
  if (sure !== "finish") byId("end").textContent = words.finish;
  byId("end").onclick = () => confirmed("finish", byId("end"), () => act("finish", ""));
}

/* What can't be undone is asked twice. */
function confirmed(label, button, then) {
  if (label.startsWith("open") || sure === label) {
    sure = "";
    then();
    return;
  }
  sure = label;
  button.textContent = words.sure;
  window.setTimeout(() => {
    if (sure === label) sure = "";
    if (room) drawRound();
  }, 6000);
}

function drawPeople() {
  const done = room.people.filter((p) => p.given === room.cells).length;
  byId("count").textContent = room.people.length ? say("people", { n: room.people.length, done }) : words.nobody;
  byId("people").replaceChildren(...room.people.map(drawPerson));
}

function drawPerson(person) {
  const row = make("tr", person.given === room.cells ? "done" : "");
  const name = make("th", "", person.name);
  name.scope = "row";
  name.dir = "auto";
  const role = make("td", "quiet", person.role);
  role.dir = "auto";
  const given = make("td", "count", say("given", { given: person.given, all: room.cells }));
  const change = make("td", "change");
  if (!room.finished) {
    if (person.released) change.append(make("span", "quiet", words.released));
    else change.append(button(words.release, person, () => act("released", person.id)));
    change.append(button(words.remove, person, (pressed) => confirmed(`remove-${person.id}`, pressed, () => act("removed", person.id))));
  }
  row.append(name, role, given, change);
  return row;
}

function button(text, person, then) {
  const made = make("button", "link", text);
  made.setAttribute("aria-label", `${text}: ${person.name}`);
  made.addEventListener("click", () => then(made));
  return made;
}

/* -- results ------------------------------------------------------------------------------------ */

async function drawResults() {
  const ready = !room.round && room.closed.length > 0;
  byId("results").hidden = !ready;
  const version = JSON.stringify([room.closed, room.people.map((p) => p.id)]);
  if (!ready || shownResults === version) return;
  shownResults = version;
  byId("agreement").replaceChildren(make("p", "", words.computing));
  try {
    fill((await ask("/api/facilitator/results", headers)).results);
    byId("results").scrollIntoView(); // what is to be discussed; nobody needs the code to join now
  } catch (error) {
    shownResults = "";
    byId("agreement").replaceChildren(make("p", "bad", error.message));
  }
}

function fill(found) {
  const lines = found.agreement.map((a) => `${words[a.round]}. ${say("judges", { judges: a.judges, people: a.people, w: number(a.kendalls_w, 2) })}`);
  if (found.why) lines.push(say("undefined", { why: found.why }));
  if (!found.items.length) lines.push(words.empty);
  byId("agreement").replaceChildren(...lines.map((text) => make("p", "large", text)));
  const both = found.rounds.length > 1;
  const heads = both ? ["item", "spread", "spread2", "w", "w2", "outlier"] : ["item", "spread", "w", "outlier"];
  byId("figures-head").replaceChildren(...heads.map((key) => {
    const head = make("th", key === "item" ? "" : key === "outlier" ? "who" : "count", words[key]);
    head.scope = "col";
    return head;
  }));
  byId("figures").replaceChildren(...found.items.map((item) => figures(item, both)));
  drawCells(found);
  drawComments(found);
}

function figures(item, both) {
  const row = make("tr");
  const name = make("th", "", item.text);
  name.scope = "row";
  name.dir = "auto";
  const counts = both ? [item.blind_spread, item.consensus_spread, item.blind_w, item.consensus_w] : [item.blind_spread, item.blind_w];
  const apart = item.outlier_deviation;
  const who = item.outlier_role ? say(apart > 0 ? "higher" : "lower", { role: item.outlier_role, points: number(Math.abs(apart), 1) }) : "";
  const last = make("td", "who", who);
  last.dir = "auto";
  row.append(name, ...counts.map((value) => make("td", "count", number(value, 2))), last);
  return row;
}

function nameOf(cell) {
  const subject = room.ballot.subjects.find((s) => s.type === cell.type && s.id === cell.subject);
  const item = room.ballot.items.find((i) => i.id === cell.item);
  return { subject: subject ? subject.name : cell.subject, item: item ? item.text : cell.item, scale: item };
}

function drawCells(found) {
  const last = found.rounds[found.rounds.length - 1];
  const cells = found.cells.filter((c) => c.round === last && c.spread > 0).slice(0, 8);
  byId("discuss-title").textContent = cells.length ? words[`discuss_${last}`] : "";
  byId("cells").replaceChildren(...cells.map(drawCell));
}

function drawCell(cell) {
  const { subject, item, scale } = nameOf(cell);
  const box = make("figure", "cell");
  const title = make("figcaption");
  const who = make("strong", "", subject);
  const what = make("span", "", item);
  who.dir = what.dir = "auto";
  title.append(who, what);
  const values = (scale && scaleValues(scale)) || cell.counts.map(([value]) => value);
  const counts = new Map(cell.counts);
  const dots = make("div", "dots");
  dots.setAttribute("role", "img");
  dots.setAttribute("aria-label", cell.counts.map(([value, n]) => say("votes", { n, value: number(value) })).join(", "));
  for (const value of values) {
    const column = make("div");
    column.append(make("span", "pile", "●".repeat(counts.get(value) || 0)), make("span", "value", number(value)));
    dots.append(column);
  }
  box.append(title, dots);
  return box;
}

function drawComments(found) {
  byId("comments-title").textContent = found.comments.length ? words.comments : "";
  byId("comments").replaceChildren(...found.comments.map((said) => {
    const { subject, item } = nameOf(said);
    const line = make("li");
    const quote = make("q", "", said.comment);
    quote.dir = "auto";
    line.append(make("span", "quiet", `${subject}, ${item} `), quote, make("span", "quiet", ` ${say("role_said", { role: said.role, value: number(said.value) })}`));
    return line;
  }));
}

look();
window.setInterval(look, POLL);
