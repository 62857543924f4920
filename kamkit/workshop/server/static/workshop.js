// Says when what is on the screen can no longer be trusted: the kernel is dead, another page has taken
// over, or the server does not answer. Looks once a second; what was recorded lies in the decision log.
// Says, too, when the kernel has been at work for so long that somebody would wonder.
"use strict";
(() => {
  if (location.search) history.replaceState(null, "", "/"); // the token does not stay on the wall

  const EVERY = 1000, PATIENCE = 3000, NOTICED = 200;
  const bar = document.querySelector(".workshop-bar");
  const words = JSON.parse(bar.dataset.words);
  const state = document.getElementById("workshop-state");
  const trouble = document.getElementById("workshop-trouble");
  const working = document.getElementById("workshop-working");
  let over = false;

  const kernel = () => {
    const config = document.getElementById("jupyter-config-data");
    return config ? JSON.parse(config.textContent).kernelId : "";
  };

  function warn(word, stopped) {
    const text = word ? words[word] : "";
    if (trouble.firstElementChild.textContent !== text) trouble.firstElementChild.textContent = text;
    trouble.hidden = !word;
    trouble.lastElementChild.hidden = word === "offline";
    document.body.classList.toggle("workshop-stopped", Boolean(stopped));
  }

  async function asked() {
    const answer = await fetch(`/workshop/state?kernel=${encodeURIComponent(kernel())}`,
      { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (answer.status === 401) return "stranger";
    return (await answer.json()).state;
  }

  async function look() {
    let now;
    try { now = await asked(); } catch { now = "offline"; }
    state.textContent = now === "changed" ? words.changed : "";
    over = now === "dead" || now === "replaced" || now === "stranger";
    if (over || now === "offline") warn(now, true);
    else warn("", false);
    if (!over) setTimeout(look, EVERY);
  }
  addEventListener("load", () => setTimeout(look, EVERY));

  // As large as the wall: what was laid out for 1920 × 1080 fills any projector.
  const fit = () => document.documentElement.style.setProperty(
    "--workshop-zoom", Math.max(0.5, Math.min(innerWidth / 1920, innerHeight / 1080)).toFixed(3));
  addEventListener("resize", fit);
  fit();

  // A line of the picture that can be dragged writes where it is into the field beside the picture.
  addEventListener("pointerdown", pressed => {
    const grip = pressed.target.closest?.(".kk-grip");
    if (!grip) return;
    pressed.preventDefault();
    const svg = grip.ownerSVGElement, picture = svg.closest(".kk-middle");
    const field = picture.querySelector(".kk-dragged input");
    const { control, axis, zero, unit } = grip.dataset;
    const places = svg.getScreenCTM().inverse();
    const drag = moved => {
      const at = new DOMPoint(moved.clientX, moved.clientY).matrixTransform(places)[axis];
      field.value = `${control} ${(at - zero) / unit}`;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const drop = () => {
      removeEventListener("pointermove", drag);
      document.body.classList.remove("workshop-dragging");
    };
    document.body.classList.add("workshop-dragging");
    addEventListener("pointermove", drag);
    addEventListener("pointerup", drop, { once: true });
    addEventListener("pointercancel", drop, { once: true });
  });

  // The kernel says when it begins and ends; its messages are parts of bytes behind a table of offsets.
  const text = new TextDecoder();
  let began = 0;
  function listen(message) {
    if (!(message.data instanceof ArrayBuffer)) return;
    const view = new DataView(message.data);
    const at = i => Number(view.getBigUint64(8 * (i + 1), true));
    const part = i => text.decode(new Uint8Array(message.data, at(i), at(i + 1) - at(i)));
    if (!part(1).includes('"status"')) return;
    const now = JSON.parse(part(4)).execution_state;
    clearTimeout(began);
    working.hidden = true;
    if (now === "busy") began = setTimeout(() => { working.hidden = false; }, NOTICED);
  }
  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", listen);
    }
  };
})();
