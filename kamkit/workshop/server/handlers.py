"""What is answered beside Voilà's own: the page, its state, its scripts, and the kernel's websocket."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_server.auth.identity import IdentityProvider, User
from tornado.web import RequestHandler, StaticFileHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from kamkit.workshop.server.gate import Gate
from kamkit.workshop.server.pages import Pages

__all__ = ["KernelSocket", "Own", "TokenHolder", "is_sound", "own_handlers"]

_STATIC = Path(__file__).with_name("static")
_NOT_UNDERSTOOD = 1007
_WORD, _MOST_PARTS = 8, 1024


@dataclass(frozen=True)
class Own:
    """What the handlers answer from."""

    pages: Pages
    gate: Gate
    voting: str
    waiting: str


def own_handlers(own: Own) -> list[Any]:
    """The rules of the page and what belongs to it."""
    given = {"own": own}
    return [
        (r"/", _Front, given),
        (r"/workshop/state", _State, given),
        (r"/workshop/voting", _Voting, given),
        (r"/workshop/static/(.*)", _Static, {"path": str(_STATIC)}),
    ]


class TokenHolder(IdentityProvider):
    """Everyone whom the gate has let in is the facilitator; for Voilà's handlers, which ask again."""

    def get_user(self, handler: Any) -> User | None:
        """The facilitator; nobody where the gate would refuse."""
        refused = handler.application.gate.refusal(handler.request)
        return None if refused else User("facilitator")


class KernelSocket(VoilaKernelWebsocketHandler):
    """The kernel's websocket: sends at once, and ends where another protocol than the kernel's is spoken."""

    async def open(self, kernel_id: str) -> None:
        """Connect to the kernel; small messages are not held back to be sent with later ones."""
        self.set_nodelay(True)
        await super().open(kernel_id)

    def on_message(self, ws_message: str | bytes) -> None:
        """Hand a message on to the kernel; one that comes while the websocket closes is read otherwise."""
        if self.ws_connection is None or self.connection is None:
            return
        try:
            sound = is_sound(ws_message)
            if sound:
                super().on_message(ws_message)
        except (ValueError, TypeError, LookupError, AttributeError):
            sound = False
        if not sound:
            self.close(_NOT_UNDERSTOOD, "no message of the kernel's protocol")


def is_sound(message: str | bytes) -> bool:
    """Whether offsets come first that lie in the message, in order; else reading it may never end.

    Examples
    --------
    >>> is_sound((3).to_bytes(8, "little") + b"".join(n.to_bytes(8, "little") for n in (32, 33, 34)) + b"ab")
    True
    >>> is_sound((2**60).to_bytes(8, "little"))
    False
    """
    if not isinstance(message, bytes):
        return False
    count = int.from_bytes(message[:_WORD], "little")
    if not 1 < count <= _MOST_PARTS or len(message) < _WORD * (count + 1):
        return False
    words = struct.unpack(f"<{count}Q", message[_WORD : _WORD * (count + 1)])
    return words[0] == _WORD * (count + 1) and words[-1] <= len(message) and list(words) == sorted(words)


class _Answer(RequestHandler):
    def initialize(self, own: Own) -> None:
        self.own = own
        self.set_header("Cache-Control", "no-store")


class _Front(_Answer):
    async def get(self) -> None:
        gate, anew = self.own.gate, "new" in self.request.query_arguments
        if gate.brings_token(self.request):
            self.set_cookie(gate.cookie, gate.token, httponly=True, samesite="Strict")
        page = await self.own.pages.soon(anew)
        if page is None:
            self.finish(self.own.waiting)
        elif anew:
            self.redirect("/")
        else:
            self.finish(page.html)


class _State(_Answer):
    async def get(self) -> None:
        self.finish({"state": await self.own.pages.state(self.get_query_argument("kernel", ""))})


class _Voting(_Answer):
    def get(self) -> None:
        if not self.own.voting:
            self.set_status(404)
            self.finish("No voting is held: kamkit workshop --vote.")
            return
        self.redirect(self.own.voting)


class _Static(StaticFileHandler):
    def set_extra_headers(self, path: str) -> None:
        self.set_header("Cache-Control", "no-cache")
