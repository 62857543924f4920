// Says when what is on the screen can no longer be trusted: the kernel is dead, another page has taken
// over, or the server does not answer. Looks once a second; what was recorded lies in the decision log.
"use strict";
(() => {
  if (location.search) history.replaceState(null, "", "/"); // the token does not stay on the wall

  const EVERY = 1000, PATIENCE = 3000;
  const bar = document.querySelector(".workshop-bar");
  const words = JSON.parse(bar.dataset.words);
  const state = document.getElementById("workshop-state");
  const trouble = document.getElementById("workshop-trouble");
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
})();
