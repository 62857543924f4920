"""The facilitator's screen: from a key to the changed picture in the browser, alone and with thirty voting.

A slider of each panel is moved by keys in a real Chromium; the time runs, on the browser's own clock, from
the key's event to the frame after the picture has changed. Keys come one after the other, each after the
picture has changed. Also measured: from the click until the page can be used, with a browser that has seen
the page and with one that has not; and from the reload after a killed kernel until the values are back.
Beside it, what a redraw by a new figure takes: benchmarks/panels.py.

    python benchmarks/workshop.py [KEYS]
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from kamkit.deliver.chromium import find_chromium
from kamkit.engagement.new import create
from kamkit.workshop.server import start

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
PORT, VOTE_PORT = 8797, 8798
MEDIAN, MOST, READY = 60, 100, 2000
PANELS = {"Weights": 0, "Matrix": 0, "Cost": 1, "How many": 0, "Investment": 0, "Loss": 0, "Transfer": 0}
WATCH = """() => {
  const watched = window.took !== undefined;
  window.took = [];
  if (watched) return;
  let since = 0, last = '';
  const picture = () => [...document.querySelectorAll('.kk-picture')].find(one => one.offsetParent);
  const shown = () => picture()?.innerHTML || '';
  last = shown();
  addEventListener('keydown', e => { since = e.timeStamp; last = shown(); }, true);
  new MutationObserver(() => {
    if (!since || shown() === last) return;
    const began = since; since = 0;
    requestAnimationFrame(() => requestAnimationFrame(at => window.took.push(at - began)));
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


def moved(page: Any, panel: str, which: int, keys: int) -> list[float]:
    """Milliseconds from each key to the changed picture."""
    page.locator(".kk-screen .lm-TabBar-tab").filter(has_text=panel).click()
    shown = page.locator(".kk-panel:visible")
    shown.locator(".kk-picture").wait_for()
    page.wait_for_timeout(1500)
    shown.locator(".noUi-handle").nth(which).focus()
    page.evaluate(WATCH)
    for number in range(keys):
        page.keyboard.press("ArrowRight" if number % 20 < 10 else "ArrowLeft")
        try:
            page.wait_for_function("n => window.took.length > n", arg=number, timeout=5000)
        except Exception:
            page.evaluate("window.took.push(NaN)")
    return [t for t in page.evaluate("window.took") if t == t]


def ready(page: Any, address: str) -> float:
    """Milliseconds from the click until the first picture is there."""
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_selector(".kk-picture")
    return (time.perf_counter() - began) * 1000


def back(page: Any, server: int) -> float:
    """Milliseconds from the reload after a killed kernel until the picture is there."""
    from tests.workshop.screen_client import kernels_of

    kernels_of(server)[0].kill()
    page.wait_for_selector("#workshop-trouble:not([hidden])")
    return ready(page, page.url)


def told(name: str, times: list[float]) -> None:
    """One line of figures."""
    middle, most = statistics.median(times), statistics.quantiles(times, n=100)[94]
    limits = f"limits {MEDIAN}, {MOST}; {len(times)} keys"
    print(f"{name:34} median {middle:6.0f} ms, 95th percentile {most:6.0f} ms ({limits})")


def measure(page: Any, keys: int, when: str) -> None:
    """All panels."""
    for panel, which in PANELS.items():
        times = moved(page, panel, which, keys)
        if len(times) > 1:
            told(f"{panel}, {when}", times)


def voting(folder: Path, stop: threading.Event) -> threading.Thread:
    """Thirty people who vote until told to stop."""
    import asyncio

    from benchmarks.voting import engagement
    from benchmarks.voting import voting as votes
    from kamkit.workshop.voting import start as start_voting

    def work() -> None:
        with start_voting(engagement(folder, 4), port=VOTE_PORT) as running:
            while not stop.is_set():
                asyncio.run(votes(running, 30, 20, 1.0))
                break

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def main() -> None:
    """Measure and print."""
    from playwright.sync_api import sync_playwright

    keys = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(
            os.environ.get("KAMKIT_ENGAGEMENT") or create(Path(name) / "nordvik", sample=True, client=None)
        )
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        with start(folder, port=PORT) as running:
            page = browser.new_page(viewport={"width": 1920, "height": 1080})
            print(f"page ready, first time            {ready(page, running.address):6.0f} ms (limit {READY})")
            print(f"page ready, again                 {ready(page, page.url):6.0f} ms (limit {READY})")
            time.sleep(12)
            print(
                f"back after a killed kernel        {back(page, running.process.pid):6.0f} ms (limit {READY})"
            )
            measure(page, keys, "alone")
            stop = threading.Event()
            (Path(name) / "votes").mkdir()
            thread = voting(Path(name) / "votes", stop)
            time.sleep(2)
            measure(page, keys, "30 voting")
            stop.set()
            thread.join(60)
        browser.close()


if __name__ == "__main__":
    main()
