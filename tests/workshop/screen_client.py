"""The facilitator's screen with a stand-in of one slider, and those who ask it, with headers as they like."""

from __future__ import annotations

import http.client
import json
import re
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from kamkit.workshop.server import start
from kamkit.workshop.server.gate import KERNEL_PROTOCOL

from .voting_client import free_port, small_engagement

SLIDER = Path(__file__).with_name("slider.ipynb")


class Screen:
    """A running screen."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.folder, self.port = folder, free_port()
        self.running = start(folder, **{"port": self.port, "notebook": SLIDER, **options})
        self.host = f"127.0.0.1:{self.port}"
        self.origin = f"http://{self.host}"
        self.token = urlsplit(self.running.address).query.removeprefix("token=")
        self.cookie = f"kamkit-workshop-{self.port}={self.token}"

    def ask(self, path: str, method: str = "GET", **headers: str | None) -> tuple[int, str, Any]:
        """Status, text and headers of an answer; the cookie is sent unless another is given."""
        sent = {"Host": self.host, "Cookie": self.cookie}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.putrequest(method, path, skip_host=True)
        for name, value in sent.items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        connection.close()
        return answer.status, text, answer.headers

    def kernel(self) -> str:
        """The kernel of the page as it is handed out now, or as soon as it is made."""
        for _turn in range(20):
            found = re.search(r'"kernelId": "([^"]+)"', self.ask("/")[1])
            if found:
                return found[1]
        raise AssertionError("no page is made")

    def state(self, kernel: str) -> str:
        status, text, _ = self.ask(f"/workshop/state?kernel={kernel}")
        assert status == 200, text
        return str(json.loads(text)["state"])

    async def socket(self, kernel: str, path: str = "", **headers: str | None) -> WebSocketClientConnection:
        """A websocket as the page opens it; headers given replace those of the page."""
        sent = {"Cookie": self.cookie, "Origin": self.origin, "Sec-WebSocket-Protocol": KERNEL_PROTOCOL}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        address = f"ws://{self.host}{path or f'/api/kernels/{kernel}/channels?session_id=test'}"
        request = HTTPRequest(address, headers={n: v for n, v in sent.items() if v is not None})
        return await websocket_connect(request)

    def kernels(self) -> list[psutil.Process]:
        """The kernels' processes, the one of the page first; on standby is one that was made later."""
        return kernels_of(self.running.process.pid)


def kernels_of(server: int) -> list[psutil.Process]:
    """The kernels that a server has had forked, the oldest first."""
    forked = [k for pool in psutil.Process(server).children() for k in pool.children() if is_alive(k)]
    return sorted(forked, key=lambda kernel: kernel.create_time())


def is_alive(process: psutil.Process) -> bool:
    """Whether a process has not ended."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def opened(folder: Path, **options: Any) -> Screen:
    """The screen of a small engagement."""
    return Screen(small_engagement(folder), **options)


def packed(channel: str, kind: str, content: dict[str, Any]) -> bytes:
    """A message of the kernel's websocket protocol, version 1."""
    header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": "test", "username": "", "version": "5.3",
              "date": "2026-01-01T00:00:00Z"}  # fmt: skip
    parts = [channel.encode(), *(json.dumps(part).encode() for part in (header, {}, {}, content))]
    offsets = [8 * (len(parts) + 2)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    return b"".join(n.to_bytes(8, "little") for n in [len(offsets), *offsets]) + b"".join(parts)
