"""Who is let in: decided for every request before any page, file or websocket is looked for."""

from __future__ import annotations

import hmac
import re
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Any, NamedTuple

from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.web import Application, OutputTransform, RequestHandler

__all__ = ["KERNEL_PROTOCOL", "Gate", "GuardedApplication", "Refusal"]

KERNEL_PROTOCOL = "v1.kernel.websocket.jupyter.org"
_CHANNELS = re.compile(r"/api/kernels/[\w-]+/channels")
_READING = frozenset({"GET", "HEAD"})
_OUTSIDE = frozenset({"cross-site", "same-site"})
_PROGRAMS = ("/voila/static/", "/voila/labextensions/", "/voila/templates/")
_KEPT = "private, max-age=86400"
"""Eighty files that a reload need not ask for again; with the token of another start they are others."""

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self' ws://{host}; object-src 'none'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Refusal(NamedTuple):
    """The status and the sentence that says why."""

    status: int
    why: str


class Gate:
    """Lets in who has the token, asks this very address, and comes from no page of somebody else's.

    Parameters
    ----------
    port : of the page; part of every host, origin and of the cookie's name.
    token : as handed out in the address.
    """

    def __init__(self, port: int, token: str) -> None:
        self.token, self.cookie = token, f"kamkit-workshop-{port}"
        self.hosts = frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost"))
        self.origins = frozenset(f"http://{host}" for host in self.hosts)

    def refusal(self, request: HTTPServerRequest) -> Refusal | None:
        """Why a request is not answered; None where it is."""
        if request.headers.get("Host", "") not in self.hosts:
            return Refusal(403, "Another host is not answered.")
        return self._foreign(request) or self._unfit(request) or self._stranger(request)

    def _foreign(self, request: HTTPServerRequest) -> Refusal | None:
        """A page of another address asks, whatever cookies the browser has sent with it."""
        headers = request.headers
        origin = headers.get("Origin")
        if origin is not None and origin not in self.origins:
            return Refusal(403, "Another page may not ask.")
        opened = headers.get("Sec-Fetch-Mode") == "navigate" and headers.get("Sec-Fetch-Dest") == "document"
        if headers.get("Sec-Fetch-Site") in _OUTSIDE and not opened:
            return Refusal(403, "Another page may not ask.")
        return None

    def _unfit(self, request: HTTPServerRequest) -> Refusal | None:
        """Nothing but reading, and no websocket but the kernel's with the kernel's protocol."""
        if request.method not in _READING:
            return Refusal(405, "Only reading is answered.")
        channels = _CHANNELS.fullmatch(request.path) is not None
        if channels != ("Upgrade" in request.headers):
            return Refusal(403, "There is no such websocket.")
        if channels and not self._speaks_kernel(request):
            return Refusal(403, f"A websocket is answered that offers {KERNEL_PROTOCOL}, from this page.")
        return None

    def _speaks_kernel(self, request: HTTPServerRequest) -> bool:
        offered = request.headers.get("Sec-WebSocket-Protocol", "").split(",")
        return KERNEL_PROTOCOL in (one.strip() for one in offered) and "Origin" in request.headers

    def _stranger(self, request: HTTPServerRequest) -> Refusal | None:
        if self.knows(self._cookie_of(request)) or self.brings_token(request):
            return None
        return Refusal(401, "Open the address that kamkit workshop has shown in its terminal.")

    def brings_token(self, request: HTTPServerRequest) -> bool:
        """Whether it is the front page, asked for with the token in its address."""
        given = request.query_arguments.get("token", [b""])[-1]
        return request.path == "/" and self.knows(given.decode("utf-8", "replace"))

    def knows(self, given: str) -> bool:
        """Whether a token is the right one, in a time that tells nothing."""
        return hmac.compare_digest(given.encode(), self.token.encode())

    def _cookie_of(self, request: HTTPServerRequest) -> str:
        jar: SimpleCookie = SimpleCookie()
        for header in request.headers.get_list("Cookie"):
            try:
                jar.load(header)
            except CookieError:
                return ""
        return jar[self.cookie].value if self.cookie in jar else ""


class GuardedApplication(Application):
    """An application whose every request, also for a file or a page that isn't there, passes a gate."""

    def __init__(self, gate: Gate, **settings: Any) -> None:
        self.gate = gate
        super().__init__(transforms=[_Protected], **settings)

    def find_handler(self, request: HTTPServerRequest, **kwargs: Any) -> Any:
        """The handler of a path, or the one that refuses."""
        refusal = self.gate.refusal(request)
        if refusal is not None:
            return self.get_handler_delegate(request, _Refused, {"refusal": refusal})
        return super().find_handler(request, **kwargs)


class _Refused(RequestHandler):
    def initialize(self, refusal: Refusal) -> None:
        self.refusal = refusal

    def prepare(self) -> None:
        self.set_status(self.refusal.status)
        self.set_header("Content-Type", "text/plain; charset=UTF-8")
        self.finish(self.refusal.why + "\n")


class _Protected(OutputTransform):
    """What every answer tells the browser: nothing from elsewhere, and nobody frames it."""

    def __init__(self, request: HTTPServerRequest) -> None:
        self._host = request.headers.get("Host", "")
        self._is_program = request.path.startswith(_PROGRAMS)

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        for name, value in _HEADERS.items():
            headers[name] = value.replace("{host}", self._host)
        if self._is_program and status_code == HTTPStatus.OK:
            headers["Cache-Control"], headers["Vary"] = _KEPT, "Cookie"
        return status_code, headers, chunk
