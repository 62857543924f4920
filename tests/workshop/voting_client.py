"""A voting on a small engagement, and those who take part in it, over HTTP as a browser would."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from kamkit.workshop.voting import start
from kamkit.workshop.voting.running import Running
from tests.engagement.test_open import SALES, engagement

ACCOUNTS = "account_id,name\n00123,Åkerlund & <b>Söner</b>\n1E5,NA\n7,Third\n"
CRITERIA = (
    "instrument,item_id,text,scale_min,scale_max,direction,weight,anchor_low,anchor_high\n"
    "attractiveness,growth,Growth <i>soon</i>,1,5,max,0.6,shrinking,over 15 %\n"
    "attractiveness,fit,Fit,0,1,max,0.4,,\n"
)
EARLIER = (
    "instrument,item_id,subject_type,subject_id,respondent,value,respondent_role,round\n"
    "attractiveness,growth,account,00123,M1,2,Sales,blind\nattractiveness,growth,account,1E5,M1,4,Finance,blind\n"
)


BALLOT = {
    "client": "Acme", "language": "en", "instrument": "attractiveness", "roles": ["Finance", "Sales"],
    "items": [
        {"id": "growth", "text": "Growth <i>soon</i>", "direction": "max", "low": 1.0, "high": 5.0, "weight": 0.6,
         "anchor_low": "shrinking", "anchor_high": "over 15 %"},
        {"id": "fit", "text": "Fit", "direction": "max", "low": 0.0, "high": 1.0, "weight": 0.4, "anchor_low": "",
         "anchor_high": ""},
    ],
    "subjects": [
        {"type": "account", "id": "00123", "name": "Åkerlund & <b>Söner</b>"}, {"type": "account", "id": "1E5", "name": "NA"},
    ],
}  # fmt: skip
"""What the ballot of the small engagement is; a test makes it from the tables and compares."""


def begun(folder: Path) -> Path:
    """A voting that has begun already, so that the server need not make the ballot."""
    line = {"event": "session", "session": "W1", "at": "2026-11-21T10:00:00.000+00:00", "instrument": "attractiveness",
            "earlier": "replaced", "ballot": BALLOT}  # fmt: skip
    (folder / "votes.jsonl").write_text(json.dumps(line) + "\n")
    return folder


def free_port() -> int:
    """A port that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def small_engagement(folder: Path) -> Path:
    """Three accounts, two criteria, two of the accounts scored before."""
    return engagement(folder, accounts=ACCOUNTS, sales=SALES, criteria=CRITERIA, responses=EARLIER)


class Room:
    """A running voting and how to talk to it."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.folder, self.options = folder, {"port": free_port(), **options}
        self.running: Running = start(folder, **self.options)

    def again(self) -> None:
        """Start it again, as it was."""
        self.running = start(self.folder, **self.options)

    @property
    def origin(self) -> str:
        return self.running.addressed.voters

    @property
    def code(self) -> str:
        return self.running.addressed.code

    @property
    def facilitator_token(self) -> str:
        return self.running.addressed.facilitator.split("#")[1]

    def ask(self, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Status and answer; headers given replace those of a browser, an empty one leaves it away."""
        sent = {"Origin": self.origin, "Content-Type": "application/json"} | {
            k.replace("_", "-"): v for k, v in headers.items()
        }
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.origin + path, data=data, headers={k: v for k, v in sent.items() if v}
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            text = error.read()
            return error.code, json.loads(text) if text.startswith(b"{") else text.decode()

    def join(self, name: str, role: str = "Sales") -> str:
        status, answer = self.ask("/api/join", {"code": self.code, "name": name, "role": role})
        assert status == 200, answer
        return answer["token"]

    def facilitate(self, what: str, which: str = "") -> tuple[int, Any]:
        return self.ask(
            "/api/facilitator/do", {"what": what, "which": which}, X_Facilitator_Token=self.facilitator_token
        )

    def status(self) -> Any:
        return self.ask("/api/facilitator/state", X_Facilitator_Token=self.facilitator_token)[1]

    def results(self) -> tuple[int, Any]:
        return self.ask("/api/facilitator/results", X_Facilitator_Token=self.facilitator_token)

    def vote(
        self, token: str, subject: str, item: str, value: Any, seq: int = 1, round: str = "blind", **more: Any
    ) -> tuple[int, Any]:
        body = {
            "round": round,
            "subject_type": "account",
            "subject": subject,
            "item": item,
            "value": value,
            "seq": seq,
        }
        return self.ask("/api/vote", body | more, X_Vote_Token=token)

    def stop(self) -> None:
        self.running.stop()
