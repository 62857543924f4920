"""A Chromium without a window, driven over its debugging protocol: what a person does on a page."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import shutil
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

from tornado.websocket import websocket_connect

from .voting_client import free_port

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_KEYS = {"Enter": (13, "\r"), "Tab": (9, ""), " ": (32, " "), "ArrowRight": (39, ""), "ArrowDown": (40, "")}


class Browser:
    """One page of one browser."""

    def __init__(self, profile: Path, width: int = 360, height: int = 740) -> None:
        self.profile, self.size, self.errors = profile, (width, height), list[str]()
        self._number = 0

    async def __aenter__(self) -> Browser:
        port = free_port()
        options = [
            f"--remote-debugging-port={port}",
            f"--user-data-dir={self.profile}",
            "--remote-allow-origins=*",
        ]
        command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", *options, "about:blank"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._socket = await websocket_connect(await self._address(port), max_message_size=50_000_000)
        width, height = self.size
        for method, options_ in (
            ("Page.enable", {}), ("Runtime.enable", {}),
            ("Emulation.setDeviceMetricsOverride",
             {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}),
        ):  # fmt: skip
            await self.call(method, **options_)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._socket.close()
        self._process.kill()
        self._process.wait()

    async def _address(self, port: int) -> str:
        for _ in range(120):
            with contextlib.suppress(OSError, StopIteration):
                pages = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json"))
                return next(p["webSocketDebuggerUrl"] for p in pages if p["type"] == "page")
            await asyncio.sleep(0.25)
        raise TimeoutError("Chromium does not answer")

    async def call(self, method: str, **options: Any) -> Any:
        self._number += 1
        mine = self._number
        await self._socket.write_message(json.dumps({"id": mine, "method": method, "params": options}))
        while True:
            message = json.loads(await self._socket.read_message())
            if message.get("method") == "Runtime.exceptionThrown":
                self.errors.append(json.dumps(message["params"])[:500])
            if message.get("id") == mine:
                return message["result"]

    async def open(self, address: str) -> None:
        await self.call("Page.navigate", url=address)
        await self.until("document.readyState", "complete")

    async def js(self, expression: str) -> Any:
        found = await self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        return found["result"].get("value")

    async def until(self, expression: str, part: Any = True, seconds: float = 15.0) -> float:
        """Seconds until an expression holds a part, or is it."""
        began = time.monotonic()
        while True:
            value = await self.js(expression)
            if value == part or (isinstance(value, str) and isinstance(part, str) and part in value):
                return time.monotonic() - began
            if time.monotonic() - began > seconds:
                raise AssertionError(f"{expression} is {value!r}, not {part!r}")
            await asyncio.sleep(0.05)

    async def text(self, id: str) -> str:
        return await self.js(f"document.getElementById('{id}').textContent")

    async def press(self, *keys: str) -> None:
        for key in keys:
            code, text = _KEYS.get(key) or (ord(key.upper()), key)
            for kind in ("keyDown", "keyUp"):
                more = {"text": text} if text and kind == "keyDown" else {}
                await self.call(
                    "Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **more
                )

    async def picture(self, file: Path) -> None:
        shot = await self.call("Page.captureScreenshot", format="png")
        file.write_bytes(base64.b64decode(shot["data"]))
