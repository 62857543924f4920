"use strict";
/* The voter's page: joins, shows one subject after the other, and sends each vote until it is saved. */

const kept = window.localStorage;
const POLL = 2000;
let token = kept.getItem("token") || "";
let code = "";
let ballot = null;
let state = null;
let at = 0;
let votes = new Map();
let waiting = new Map(JSON.parse(kept.getItem("waiting") || "[]"));
let lastSeq = 0;
let sending = false;
let offline = false;

const headers = () => ({ "X-Vote-Token": token });
const keyOf = (round, subject, item) => JSON.stringify([round, subject.type, subject.id, item.id]);
const current = () => ballot.subjects[at];
const voted = (round, subject, item) => votes.get(keyOf(round, subject, item));

function forget() {
  token = "";
  ballot = null;
  kept.removeItem("token");
  kept.removeItem("waiting");
  waiting = new Map();
}

/* -- joining ------------------------------------------------------------------------------------ */

function showCode() {
  show("code-form");
  byId("round").textContent = "";
  const given = decodeURIComponent(window.location.hash.slice(1));
  if (given && !byId("code").value) byId("code").value = given;
  byId("code").focus();
}

byId("code-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    code = byId("code").value;
    const room = await ask("/api/check", {}, { code });
    byId("client").textContent = room.client;
    showRoles(room.roles);
    show("who-form");
    byId("name").focus();
    tell("");
  } catch (error) {
    tell(error.message, true);
    byId("code").select();
  }
});

function showRoles(roles) {
  const list = byId("roles");
  list.replaceChildren();
  for (const role of [...roles, ...(roles.length ? [null] : [])]) {
    const label = make("label", "choice");
    const input = make("input");
    input.type = "radio";
    input.name = "role";
    input.value = role === null ? "" : role;
    input.addEventListener("change", () => showOther(role === null));
    const text = make("span", "", role === null ? words.other : role);
    text.dir = "auto";
    label.append(input, text);
    list.append(label);
  }
  showOther(!roles.length);
}

function showOther(shown) {
  byId("role").hidden = byId("role-label").hidden = !shown;
  if (shown && byId("roles").children.length) byId("role").focus();
}

byId("who-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const chosen = document.querySelector("input[name=role]:checked");
  const role = chosen && chosen.value ? chosen.value : byId("role").value;
  try {
    token = (await ask("/api/join", {}, { code, name: byId("name").value, role })).token;
    kept.setItem("token", token);
    window.history.replaceState(null, "", window.location.pathname);
    tell("");
    await look();
  } catch (error) {
    tell(error.message, true);
  }
});

/* -- where the voting stands -------------------------------------------------------------------- */

async function look() {
  if (!token) return;
  try {
    const now = await ask("/api/state", headers());
    const changed = !state || !ballot || now.round !== state.round || now.finished !== state.finished || now.closed.length !== state.closed.length;
    state = now;
    if (changed) await enter();
    if (!waiting.size && byId("status").textContent === words.offline) tell("");
    send();
  } catch (error) {
    if (error.status === 401) {
      forget();
      showCode();
    }
    tell(error.message, true);
  }
}

async function enter() {
  ballot = await ask("/api/ballot", headers());
  votes = new Map(ballot.mine.map((v) => [JSON.stringify([v.round, v.subject_type, v.subject, v.item]), v]));
  lastSeq = Math.max(lastSeq, ...ballot.mine.map((v) => v.seq), 0);
  for (const [key, vote] of waiting) {
    if (vote.session === state.session && vote.round === state.round) votes.set(key, vote);
    else waiting.delete(key);
  }
  keepWaiting();
  byId("client").textContent = ballot.client;
  byId("round").textContent = state.round ? words[state.round] : "";
  if (!state.round) return pause();
  at = Math.max(0, firstOpen(0));
  show("ballot");
  draw();
  return undefined;
}

function pause() {
  const text = state.finished ? "over" : state.closed.length ? "discuss" : "waiting";
  byId("wait-text").textContent = words[text];
  byId("wait-who").textContent = `${ballot.name}, ${ballot.role}`;
  show("wait");
  tell("");
}

/* -- the ballot --------------------------------------------------------------------------------- */

function openItems(subject) {
  return ballot.items.filter((item) => {
    const vote = voted(state.round, subject, item);
    return !vote || vote.value === null;
  });
}

function firstOpen(from) {
  const order = ballot.subjects.map((_, i) => (from + i) % ballot.subjects.length);
  const found = order.find((i) => openItems(ballot.subjects[i]).length);
  return found === undefined ? -1 : found;
}

function draw() {
  const subject = current();
  byId("subject").textContent = subject.name;
  byId("number").textContent = say("subject", { number: at + 1, all: ballot.subjects.length });
  byId("items").replaceChildren(...ballot.items.map((item) => drawItem(subject, item)));
  byId("previous").disabled = at === 0;
  byId("next").hidden = at === ballot.subjects.length - 1 && firstOpen(0) < 0;
  drawProgress();
}

function drawProgress() {
  const all = ballot.subjects.length * ballot.items.length;
  const given = all - ballot.subjects.reduce((sum, subject) => sum + openItems(subject).length, 0);
  byId("progress").textContent = say("progress", { given, all });
  byId("bar").max = all;
  byId("bar").value = given;
  const last = at === ballot.subjects.length - 1;
  byId("next").hidden = last && given === all;
  byId("next").textContent = last ? words.next_open : byId("next").dataset.text;
  byId("keep").hidden = !(state.round === "consensus" && keepable().length);
  byId("keep").textContent = words.keep;
  if (given === all && !waiting.size) tell(words.all_done);
}

function drawItem(subject, item) {
  const box = make("fieldset", "item");
  const legend = make("legend", "", item.text);
  legend.dir = "auto";
  const note = make("p", "note");
  note.id = `note-${item.id}`;
  box.append(legend, drawScale(subject, item), drawAnchors(item), note, drawReason(subject, item));
  drawNote(note, subject, item);
  return box;
}

function drawScale(subject, item) {
  const values = scaleValues(item);
  const row = make("div", "scale");
  const vote = voted(state.round, subject, item);
  if (!values) return drawNumber(row, subject, item, vote);
  for (const value of values) {
    const label = make("label");
    const input = make("input");
    input.type = "radio";
    input.name = `item-${item.id}`;
    input.value = value;
    input.checked = Boolean(vote && vote.value === value);
    input.addEventListener("change", () => cast(subject, item, value));
    label.append(input, make("span", "", number(value)));
    row.append(label);
  }
  return row;
}

function drawNumber(row, subject, item, vote) {
  const input = make("input", "free");
  input.type = "number";
  input.min = item.low;
  input.max = item.high;
  input.step = "any";
  input.inputMode = "decimal";
  input.setAttribute("aria-label", item.text);
  if (vote && vote.value !== null) input.value = vote.value;
  input.addEventListener("change", () => {
    const value = input.value === "" ? null : Number(input.value);
    if (value !== null && !(value >= item.low && value <= item.high)) tell(`${item.low} – ${item.high}`, true);
    else cast(subject, item, value);
  });
  row.append(input);
  return row;
}

function drawAnchors(item) {
  const line = make("p", "anchors");
  for (const [value, meaning] of [[item.low, item.anchor_low], [item.high, item.anchor_high]]) {
    const part = make("span", "", meaning ? say("low", { value: number(value), meaning }) : "");
    part.dir = "auto";
    line.append(part);
  }
  return line;
}

function drawReason(subject, item) {
  const box = make("details", "reason");
  const vote = voted(state.round, subject, item);
  const text = make("textarea");
  text.maxLength = 500;
  text.rows = 2;
  text.dir = "auto";
  text.value = vote ? vote.comment : "";
  text.setAttribute("aria-label", `${words.reason}: ${item.text}`);
  text.addEventListener("change", () => {
    const now = voted(state.round, subject, item);
    if (now && now.value !== null) cast(subject, item, now.value, text.value);
  });
  box.open = Boolean(text.value);
  box.append(make("summary", "", words.reason), text);
  return box;
}

function drawNote(note, subject, item) {
  const vote = voted(state.round, subject, item);
  const first = state.round === "consensus" ? voted("blind", subject, item) : null;
  const parts = [];
  if (first && first.value !== null) parts.push(say("first", { value: number(first.value) }));
  if (vote && vote.value !== null) parts.push(waiting.has(keyOf(state.round, subject, item)) ? (offline ? words.unsent : words.saving) : `✓ ${words.saved}`);
  note.textContent = parts.join(" · ");
  if (vote && vote.value !== null) {
    const again = make("button", "link", words.again);
    again.type = "button";
    again.setAttribute("aria-label", `${words.again}: ${item.text}`);
    again.addEventListener("click", () => {
      cast(subject, item, null);
      draw();
    });
    note.append(" · ", again);
  }
}

function keepable() {
  const found = [];
  for (const subject of ballot.subjects) {
    for (const item of openItems(subject)) {
      const first = voted("blind", subject, item);
      if (first && first.value !== null) found.push([subject, item, first]);
    }
  }
  return found;
}

byId("keep").addEventListener("click", () => {
  for (const [subject, item, first] of keepable()) cast(subject, item, first.value, first.comment);
  draw();
});

function go(to) {
  at = to;
  draw();
  byId("subject").focus();
  window.scrollTo(0, 0);
}

byId("previous").addEventListener("click", () => go(at - 1));
byId("next").addEventListener("click", () => go(at < ballot.subjects.length - 1 ? at + 1 : Math.max(0, firstOpen(0))));

/* -- sending ------------------------------------------------------------------------------------ */

function cast(subject, item, value, comment) {
  const before = voted(state.round, subject, item);
  lastSeq = Math.max(lastSeq + 1, Date.now());
  const vote = {
    session: state.session, round: state.round, subject_type: subject.type, subject: subject.id, item: item.id,
    value, comment: comment === undefined ? (before ? before.comment : "") : comment, seq: lastSeq,
  };
  const key = keyOf(state.round, subject, item);
  votes.set(key, vote);
  waiting.set(key, vote);
  keepWaiting();
  refresh(vote);
  send();
}

function keepWaiting() {
  kept.setItem("waiting", JSON.stringify([...waiting]));
}

function refresh(vote) {
  const subject = current();
  const item = ballot.items.find((i) => i.id === vote.item);
  const note = byId(`note-${vote.item}`);
  if (note && subject.id === vote.subject && subject.type === vote.subject_type) drawNote(note, subject, item);
  drawProgress();
}

async function send() {
  if (sending || !token) return;
  sending = true;
  try {
    while (waiting.size) {
      const [key, vote] = waiting.entries().next().value;
      await deliver(key, vote);
    }
    if (byId("status").classList.contains("bad") && byId("status").textContent === words.offline) tell("");
  } catch (error) {
    offline = true;
    tell(error.message, true);
    if (ballot && state.round) for (const vote of waiting.values()) refresh(vote);
    window.setTimeout(send, POLL);
  } finally {
    sending = false;
  }
}

async function deliver(key, vote) {
  try {
    await ask("/api/vote", headers(), vote);
  } catch (error) {
    if (![400, 401, 409].includes(error.status)) throw error;
    tell(error.message, true);
  }
  offline = false;
  if (waiting.get(key) === vote) waiting.delete(key);
  keepWaiting();
  if (ballot && state.round === vote.round) refresh(vote);
}

byId("next").dataset.text = byId("next").textContent;
if (token) look();
else showCode();
window.setInterval(look, POLL);
window.addEventListener("online", look);
