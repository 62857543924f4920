"""The facilitator's screen: from a key to the changed picture in the browser, alone and with thirty voting.

A slider of each panel is moved by the arrow keys in a real Chromium. Measured, on the browser's own clock:

* from the time stamp of the key's event, set when the browser takes the key in,
* to the first task after the frame with the changed picture was painted: the picture's element has changed,
  ``requestAnimationFrame`` has been called for the next frame, and a message posted there has arrived, which
  is after style, layout and paint of that frame. The way of the pixels from there to the wall is not in it.

One key after the other, each a hand's pause (50 to 150 ms, by chance, so that keys fall anywhere between two
frames) after the picture of the last. Nothing else runs in the page: it is not asked in between whether it
has changed. A key after which the same picture stands would be told as *same picture*; it has no time.
Beside it the processor time that the kernel spends on a key, and the server: these hold on a busy machine,
the times in the browser only on one that does nothing else.

Also measured: from the click until the page can be used, with a browser that has seen the page and with
one that has not; and from the reload after a killed kernel until the values are back. What a redraw by a new
figure takes: benchmarks/panels.py.

    python benchmarks/workshop.py [--keys 40] [--panels Weights Matrix …]
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from kamkit.deliver.chromium import find_chromium
from kamkit.engagement.new import create
from kamkit.workshop.server import start

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
PORT, VOTE_PORT = 8797, 8798
MEDIAN, MOST, READY = 60, 100, 2000
PANELS = {"Weights": 0, "Matrix": 0, "Cost": 1, "How many": 0, "Investment": 0, "Loss": 0, "Transfer": 0}
"""Tab → which of its sliders is moved."""
TURN = 10
"""So many keys to the right, then so many to the left."""
WAIT = """() => {
  const picture = [...document.querySelectorAll('.kk-picture')].find(one => one.offsetParent);
  const holder = picture.parentElement, before = holder.innerHTML;
  window.shown = new Promise(done => {
    let key = 0;
    const given = setTimeout(() => { eye.disconnect(); done(null); }, 2000);
    addEventListener('keydown', e => { key = e.timeStamp; }, { once: true, capture: true });
    const eye = new MutationObserver(() => {
      if (!key || holder.innerHTML === before) return;
      eye.disconnect(); clearTimeout(given);
      requestAnimationFrame(() => {
        const painted = new MessageChannel();
        painted.port1.onmessage = () => done(performance.now() - key);
        painted.port2.postMessage(0);
      });
    });
    eye.observe(holder, { childList: true, subtree: true });
  });
}"""


@dataclass
class Answers:
    """Of one panel: milliseconds from each key, keys that changed nothing, processor time of all keys."""

    times: list[float]
    same: int
    kernel: float
    server: float


class Processor:
    """Processor time of the server, and of its kernels together."""

    def __init__(self, server: int) -> None:
        self.server = psutil.Process(server)

    def spent(self) -> tuple[float, float]:
        """Milliseconds of the kernels, and of the server."""
        from tests.workshop.screen_client import kernels_of

        return sum(map(_used, kernels_of(self.server.pid))), _used(self.server)


def _used(process: psutil.Process) -> float:
    with suppress(psutil.Error):
        times = process.cpu_times()
        return 1e3 * (times.user + times.system)
    return 0.0


def moved(page: Any, processor: Processor, panel: str, keys: int) -> Answers:
    """Move a panel's slider, key after key."""
    page.locator(".kk-screen .lm-TabBar-tab").filter(has_text=panel).click()
    shown = page.locator(".kk-panel:visible")
    shown.locator(".kk-picture").wait_for()
    page.wait_for_timeout(800)
    shown.locator(".noUi-handle").nth(PANELS[panel]).focus()
    before, times, same = processor.spent(), [], 0
    for number in range(keys):
        page.evaluate(WAIT)
        page.keyboard.press("ArrowRight" if number // TURN % 2 == 0 else "ArrowLeft")
        took = page.evaluate("window.shown")
        times += [] if took is None else [took]
        same += took is None
        page.wait_for_timeout(random.uniform(50, 150))
    kernel, server = (after - b for after, b in zip(processor.spent(), before, strict=True))
    return Answers(times, same, kernel / keys, server / keys)


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


def told(name: str, found: Answers) -> None:
    """One line of figures."""
    times = found.times
    if len(times) < 2:
        print(f"{name:24} the picture changed {len(times)} times in {len(times) + found.same} keys")
        return
    most = statistics.quantiles(times, n=100)[94]
    same = f", {found.same} same picture" if found.same else ""
    print(
        f"{name:24} min {min(times):5.0f}  median {statistics.median(times):5.0f}  p95 {most:5.0f} ms "
        f"(limits {MEDIAN}, {MOST}; {len(times)} keys{same}); processor per key: kernel {found.kernel:4.0f}, "
        f"server {found.server:3.0f} ms",
        flush=True,
    )


@contextmanager
def thirty_voting(folder: Path) -> Iterator[None]:
    """Thirty people who vote twice a second each, on average, as long as this is held."""
    import asyncio

    from benchmarks.voting import engagement
    from benchmarks.voting import voting as votes
    from kamkit.workshop.voting import start as start_voting

    folder.mkdir()
    began, over = threading.Event(), threading.Event()

    async def vote(running: Any) -> None:
        work = asyncio.ensure_future(votes(running, 30, 600, 1.0))
        began.set()
        while not over.is_set() and not work.done():
            await asyncio.sleep(0.2)
        if work.done():
            work.result()
            raise RuntimeError("all had voted before the measurement ended")
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work

    def hold() -> None:
        with start_voting(engagement(folder, 120), port=VOTE_PORT) as running:
            asyncio.run(vote(running))

    thread = threading.Thread(target=hold, daemon=True)
    thread.start()
    began.wait(30)
    time.sleep(1)
    try:
        yield
        assert thread.is_alive(), "the voting ended early"
    finally:
        over.set()
        thread.join(30)


def measure(page: Any, server: int, given: argparse.Namespace, when: str) -> None:
    """All panels."""
    for panel in given.panels:
        told(f"{panel}, {when}", moved(page, Processor(server), panel, given.keys))


def measure_page(page: Any, running: Any) -> None:
    """Opening, opening again, and back from a killed kernel."""
    print(f"page ready, first time     {ready(page, running.address):6.0f} ms (limit {READY})")
    print(f"page ready, again          {ready(page, page.url):6.0f} ms (limit {READY})", flush=True)
    time.sleep(8)
    print(f"back after a killed kernel {back(page, running.process.pid):6.0f} ms (limit {READY})", flush=True)
    time.sleep(8)


def main() -> None:
    """Measure and print."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--keys", type=int, default=40)
    parser.add_argument("--panels", nargs="*", default=list(PANELS), choices=list(PANELS))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(
            os.environ.get("KAMKIT_ENGAGEMENT") or create(Path(name) / "nordvik", sample=True, client=None)
        )
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        with start(folder, port=PORT) as running:
            page = browser.new_page(viewport={"width": 1920, "height": 1080})
            measure_page(page, running)
            measure(page, running.process.pid, given, "alone")
            with thirty_voting(Path(name) / "votes"):
                measure(page, running.process.pid, given, "30 voting")
        browser.close()


if __name__ == "__main__":
    main()
