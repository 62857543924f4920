"""Who sits in the room: the facilitator at the screen, and voters with their phones."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.workshop.voting_client import free_port

SHOWN = "[...document.querySelectorAll('.kk-picture')].find(one => one.offsetParent)?.innerHTML"
"""The picture of the panel that is open."""


class Workshop:
    """``kamkit workshop ACME --vote`` as it is started by hand; ends with Ctrl-C."""

    def __init__(self, folder: Path, *options: str) -> None:
        ports = [f"--port={free_port()}", f"--vote-port={free_port()}"]
        command = [
            sys.executable,
            "-m",
            "kamkit.cli",
            "workshop",
            str(folder),
            "--no-browser",
            *ports,
            *options,
        ]
        self.folder, self.said = folder, ""
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self.process.stdout
        for line in self.process.stdout:
            self.said += line
            if "Stop with Ctrl-C" in line:
                break
        found = {
            name: re.search(rf"{name}.*?(http\S+)(?:\s+code (\S+))?", self.said)
            for name in ("Panels", "Voters")
        }
        assert found["Panels"], self.said
        self.panels, self.voters = found["Panels"][1], found["Voters"]

    def end(self) -> str:
        """End it as Ctrl-C does; what it said to the last."""
        if self.process.poll() is None:
            self.process.terminate()
        self.said += self.process.communicate(timeout=30)[0]
        return self.said


class Voter:
    """Somebody with a phone."""

    def __init__(self, workshop: Workshop, name: str, role: str) -> None:
        assert workshop.voters
        self._origin, self._sent = workshop.voters[1], 0
        joined = self._ask("/api/join", {"code": workshop.voters[2], "name": name, "role": role})
        self._token = joined["token"]
        self.ballot = self._ask("/api/ballot")

    def vote(self, round: str, values: Sequence[int]) -> int:
        """Score everything, with values in turn; how many votes were acknowledged."""
        for subject in self.ballot["subjects"]:
            for item in self.ballot["items"]:
                value = min(item["high"], max(item["low"], values[self._sent % len(values)]))
                self._sent += 1
                about = {"subject_type": subject["type"], "subject": subject["id"], "item": item["id"]}
                self._ask("/api/vote", {"round": round, **about, "value": value, "seq": self._sent})
        return self._sent

    def _ask(self, path: str, body: Any = None) -> Any:
        headers = {"Origin": self._origin, "Content-Type": "application/json"}
        headers |= {"X-Vote-Token": self._token} if hasattr(self, "_token") else {}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._origin + path, data, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


class Desk:
    """The facilitator's page with the panels, worked by keyboard where people would."""

    def __init__(self, page: Any, address: str) -> None:
        self.page = page
        page.goto(address)
        page.wait_for_selector(".kk-picture")

    def open(self, panel: str) -> Any:
        """Go to a panel by its tab; where its picture stands."""
        titles = self.page.locator(".kk-screen .lm-TabBar-tab")
        titles.filter(has_text=re.compile(rf"^\d {panel}")).click()
        shown = self.page.locator(".kk-panel:visible")
        shown.locator(".kk-picture").wait_for()
        return shown

    def slide(self, panel: Any, which: int, keys: Sequence[str]) -> str:
        """Move a slider by keys until the picture has changed; what the message says then."""

        def act() -> None:
            panel.locator(".noUi-handle").nth(which).focus()
            for key in keys:
                self.page.keyboard.press(key)

        return self._after(panel, act)

    def tick(self, panel: Any, which: int) -> str:
        """Tick one of the accounts; what the message says then."""
        return self._after(panel, panel.locator(".kk-boxes input").nth(which).check)

    def drag(self, panel: Any, line: str, by: tuple[float, float]) -> str:
        """Drag a line of the picture by the pointer; what the message says then."""

        def act() -> None:
            box = panel.locator(f".kk-grip[data-control={line}] circle").bounding_box()
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            self.page.mouse.move(x, y)
            self.page.mouse.down()
            self.page.mouse.move(x + by[0], y + by[1], steps=6)
            self.page.mouse.up()

        return self._after(panel, act)

    def _after(self, panel: Any, act: Callable[[], object]) -> str:
        """What the message says once the picture has changed and stands still."""
        before = panel.locator(".kk-picture").inner_html()
        act()
        self.page.wait_for_function(f"before => ({SHOWN}) && ({SHOWN}) !== before", arg=before)
        self.settled()
        return str(panel.locator("p.kk-message").inner_text())

    def settled(self) -> None:
        """Wait until nothing is calculated any more."""
        self.page.evaluate(
            """async () => {
            const shown = () => [...document.querySelectorAll('.kk-picture')].map(i => i.innerHTML).join();
            for (let last = '', calm = 0, turn = 0; calm < 8 && turn < 100; turn++) {
              await new Promise(r => setTimeout(r, 100));
              const now = shown();
              calm = now === last ? calm + 1 : 0;
              last = now;
            } }"""
        )

    def record(self, panel: Any, by: str, role: str, why: str) -> str:
        """Record what a panel shows; what the status says."""
        panel.locator("button.kk-record").click()
        form = panel.locator(".kk-form")
        form.get_by_label("Who decides").fill(by)
        form.get_by_label("Role").fill(role)
        form.get_by_label("Why").fill(why)
        form.locator("button.kk-save").click()
        status = panel.locator(".kk-status")
        status.wait_for(timeout=60_000)
        return str(status.inner_text())
