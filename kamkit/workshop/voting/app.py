"""The web server of the voting: who may ask what, and the answers as JSON."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tornado.web import Application, HTTPError, RequestHandler

from kamkit.errors import KamkitError
from kamkit.locale import _
from kamkit.workshop.voting.guard import Guesses, Secrets, same, tidy_code
from kamkit.workshop.voting.network import Addresses
from kamkit.workshop.voting.pages import Page, qr_image
from kamkit.workshop.voting.room import Refused, Room

__all__ = ["Served", "make_app"]

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True)
class Served:
    """What all requests share."""

    room: Room
    addresses: Addresses
    secrets: Secrets
    guesses: Guesses
    pages: Mapping[str, Page]


def make_app(served: Served) -> Application:
    """The pages and what they ask."""
    routes: list[tuple[str, type[RequestHandler], dict[str, Any]]] = [
        (path, _Static, {"served": served, "page": page}) for path, page in served.pages.items()
    ]
    asked: dict[str, type[_Asked]] = {
        "/api/check": _Check, "/api/join": _Join, "/api/state": _State, "/api/ballot": _Ballot,
        "/api/vote": _Vote,
        "/api/facilitator/state": _Status, "/api/facilitator/do": _Do, "/api/facilitator/results": _Results,
    }  # fmt: skip
    routes += [(path, handler, {"served": served}) for path, handler in asked.items()]
    return Application(routes, default_handler_class=_Nothing, default_handler_args={"served": served},
                       log_function=lambda handler: None)  # fmt: skip


class _Asked(RequestHandler):
    """A request: answered only where it comes from a page of ours."""

    def initialize(self, served: Served) -> None:
        self.served = served

    def set_default_headers(self) -> None:
        for name, value in _HEADERS.items():
            self.set_header(name, value)
        self.clear_header("Server")

    def prepare(self) -> None:
        """Refuse other hosts and other origins before anything else."""
        if self.request.host not in self.served.addresses.hosts:
            raise Refused(403, "This address is not known here.")
        if self.request.method == "POST":
            self._refuse_other_origins()

    def _refuse_other_origins(self) -> None:
        origin = self.request.headers.get("Origin", "")
        site = self.request.headers.get("Sec-Fetch-Site", "same-origin")
        if origin != f"http://{self.request.host}" or site != "same-origin":
            raise Refused(403, "The request comes from another page.")
        kind = self.request.headers.get("Content-Type", "").split(";")[0].strip()
        if kind != "application/json":
            raise Refused(415, "The request is not JSON.")

    def body(self) -> dict[str, Any]:
        """The request's JSON object."""
        try:
            content = json.loads(self.request.body)
        except (ValueError, RecursionError):
            content = None
        if not isinstance(content, dict):
            raise Refused(400, "The request can't be read.")
        return content

    def refuse_guessing(self, alone: bool = False) -> None:
        """No answer, right or wrong, to those who guess."""
        if self.served.guesses.too_many(self.request.remote_ip or "", alone):
            raise Refused(429, _("Too many wrong codes. Please wait a minute."))

    def wrong_guess(self, status: int, why: str) -> Refused:
        """Note a wrong code or token."""
        self.served.guesses.wrong(self.request.remote_ip or "")
        return Refused(status, why)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """A sentence, never a traceback."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        why = error.why if isinstance(error, Refused) else _("This did not work.")
        if isinstance(error, KamkitError):
            self.set_status(409)
            why = str(error)
        if isinstance(error, Refused):
            self.set_status(error.status)
        elif isinstance(error, OSError):
            self.set_status(503)
            why = _("The disk refused the vote; it was not counted. Please try again.")
        self.finish({"error": why})

    def log_exception(self, kind: Any, error: Any, trace: Any) -> None:
        """What a person can mend is told on the page and not logged."""
        if not isinstance(error, (Refused, KamkitError, OSError, HTTPError)):
            super().log_exception(kind, error, trace)


class _Static(_Asked):
    """A page, script or style sheet, as it was read at the start."""

    def initialize(self, served: Served, page: Page) -> None:  # type: ignore[override]
        self.served, self.page = served, page

    def get(self) -> None:
        self.set_header("Content-Type", self.page.kind)
        self.finish(self.page.content)


class _Nothing(_Asked):
    def get(self) -> None:
        raise Refused(404, _("There is nothing here."))

    post = get


# -- voters ----------------------------------------------------------------------------------------


class _ByVoter(_Asked):
    def voter(self) -> Any:
        """Who asks; guesses at tokens are counted like guesses at the code."""
        token = self.request.headers.get("X-Vote-Token", "")
        found = self.served.room.voter(token) if token else None
        if found is None:
            self.refuse_guessing()
            raise (
                self.wrong_guess(401, _("Please join again."))
                if token
                else Refused(401, _("Please join first."))
            )
        return found


class _WithCode(_Asked):
    def checked_body(self) -> dict[str, Any]:
        """The body, if it holds the code."""
        self.refuse_guessing()
        content = self.body()
        if not same(tidy_code(content.get("code", "")), self.served.secrets.code):
            raise self.wrong_guess(403, _("This code is not right. It stands on the screen in the room."))
        return content


class _Check(_WithCode):
    def post(self) -> None:
        self.checked_body()
        ballot = self.served.room.session.ballot
        self.finish({"client": ballot["client"], "roles": ballot["roles"]})


class _Join(_WithCode):
    async def post(self) -> None:
        content = self.checked_body()
        token, voter = await self.served.room.join(content.get("name") or "", content.get("role") or "")
        self.finish({"token": token, "name": voter.name})


class _State(_ByVoter):
    def get(self) -> None:
        token = self.request.headers.get("X-Vote-Token", "")
        self.finish(self.served.room.for_voter(self.voter() if token else None))


class _Ballot(_ByVoter):
    def get(self) -> None:
        self.finish(self.served.room.ballot(self.voter()))


class _Vote(_ByVoter):
    async def post(self) -> None:
        await self.served.room.vote(self.voter(), self.body())
        self.finish({"saved": True})


# -- the facilitator -------------------------------------------------------------------------------


class _ByFacilitator(_Asked):
    """Only on this machine, and only with the token of the facilitator's page."""

    def prepare(self) -> None:
        super().prepare()
        here = ipaddress.ip_address(self.request.remote_ip or "0.0.0.0").is_loopback
        if not here or self.request.host not in self.served.addresses.own_hosts:
            raise Refused(403, "The facilitator's page is on the facilitator's machine alone.")
        self.refuse_guessing(alone=True)
        if not same(self.request.headers.get("X-Facilitator-Token", ""), self.served.secrets.facilitator):
            raise self.wrong_guess(401, _("Open the facilitator's page with the address that was shown."))


class _Status(_ByFacilitator):
    def get(self) -> None:
        code, at = self.served.secrets.code, self.served.addresses
        address = f"{at.voters}/#{code}"
        joining = {"code": code, "address": at.voters, "qr": qr_image(address), "room": bool(at.room)}
        ballot = {name: self.served.room.session.ballot[name] for name in ("client", "items", "subjects")}
        self.finish({**self.served.room.for_facilitator(), "joining": joining, "ballot": ballot})


class _Do(_ByFacilitator):
    async def post(self) -> None:
        content, room = self.body(), self.served.room
        what, which = str(content.get("what")), str(content.get("which", ""))
        if what == "open":
            await room.open(which)
        elif what == "close":
            await room.close(which)
        elif what == "finish":
            await room.finish()
        else:
            await room.change_voter(which, what)
        self.finish(room.for_facilitator())


class _Results(_ByFacilitator):
    async def get(self) -> None:
        self.finish({"results": await self.served.room.results()})
