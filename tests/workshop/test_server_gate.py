"""Who is let in to the facilitator's screen: token, host, origin, websocket; and that nothing else is served."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket

import psutil
import pytest
from tornado.httpclient import HTTPClientError
from tornado.websocket import WebSocketClosedError

from kamkit.workshop.server.gate import KERNEL_PROTOCOL

from .screen_client import Screen, opened, packed

PATHS = (
    "/", "/?new", "/workshop/state", "/workshop/voting", "/workshop/static/workshop.js", "/voila/static/voila.js",
    "/voila/templates/lab/static/index.css", "/voila/labextensions/@voila-dashboards/widgets-manager8/package.json",
    "/voila/files/decisions.jsonl", "/voila/api/themes/none", "/login", "/nothing-here", "/favicon.ico",
)  # fmt: skip
FOREIGN_HOSTS = (
    "evil.example",
    "evil.example:{port}",
    "127.0.0.1",
    "127.0.0.1:1",
    "[::1]:{port}",
    "0.0.0.0:{port}",
    "",
)
FOREIGN_ORIGINS = (
    "http://evil.example",
    "https://127.0.0.1:{port}",
    "http://127.0.0.1:1",
    "null",
    "file://",
    "",
)


@pytest.fixture(scope="module")
def screen(tmp_path_factory):
    one = opened(tmp_path_factory.mktemp("gate") / "acme")
    yield one
    one.running.stop()


@pytest.fixture(scope="module")
def kernel(screen: Screen) -> str:
    return screen.kernel()


@pytest.mark.parametrize("path", PATHS)
def test_every_path_asks_for_the_token(screen: Screen, path):
    wrong = f"kamkit-workshop-{screen.port}="
    for cookie in (None, "", wrong, f"{wrong}{'x' * 43}", f"other={screen.token}", f"{wrong}ä", "\\;=;="):
        assert screen.ask(path, Cookie=cookie)[0] == 401, cookie


def test_the_kernel_asks_for_the_token(screen: Screen, kernel):
    assert screen.ask(f"/api/kernels/{kernel}", Cookie=None)[0] == 401
    assert screen.ask(f"/api/kernels/{kernel}")[0] == 200
    assert refused(screen, kernel, Cookie=None) == 401


def test_the_token_opens_the_front_page_alone_and_moves_into_a_cookie_no_script_reads(screen: Screen):
    for path in ("/workshop/state", "/voila/static/voila.js", "//"):
        assert screen.ask(f"{path}?token={screen.token}", Cookie=None)[0] == 401
    assert screen.ask(f"/?token={screen.token[:-1]}", Cookie=None)[0] == 401
    status, text, headers = screen.ask(f"/?token={screen.token}", Cookie=None)
    assert status == 200
    assert screen.token not in text
    assert {"HttpOnly", "SameSite=Strict"} <= set(headers["Set-Cookie"].replace(" ", "").split(";"))
    assert screen.token not in screen.ask("/")[1]


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_another_host_is_refused_with_the_token(screen: Screen, kernel, host):
    host = host.format(port=screen.port)
    for path in ("/", "/workshop/static/workshop.js", "/nothing-here", f"/?token={screen.token}"):
        assert screen.ask(path, Host=host)[0] in ((400, 403) if host == "" else (403,))
    if host:
        assert refused(screen, kernel, Host=host, Origin=f"http://{host}") == 403


def test_both_names_of_this_machine_are_answered(screen: Screen):
    assert screen.ask("/workshop/static/workshop.js", Host=f"localhost:{screen.port}")[0] == 200


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
def test_another_origin_is_refused_with_the_token(screen: Screen, kernel, origin):
    origin = origin.format(port=screen.port)
    for path in ("/", "/workshop/state", "/voila/static/voila.js"):
        assert screen.ask(path, Origin=origin)[0] == 403
    assert refused(screen, kernel, Origin=origin) == 403


def test_a_page_of_another_port_may_not_include_what_is_served_but_a_link_is_followed(screen: Screen):
    for site in ("cross-site", "same-site"):
        assert (
            screen.ask("/", Sec_Fetch_Site=site, Sec_Fetch_Mode="no-cors", Sec_Fetch_Dest="image")[0] == 403
        )
        assert (
            screen.ask("/", Sec_Fetch_Site=site, Sec_Fetch_Mode="navigate", Sec_Fetch_Dest="iframe")[0] == 403
        )
        assert (
            screen.ask("/", Sec_Fetch_Site=site, Sec_Fetch_Mode="navigate", Sec_Fetch_Dest="document")[0]
            == 200
        )


@pytest.mark.parametrize(
    "offered", [None, "", "v1.kernel", f"x{KERNEL_PROTOCOL}", f"{KERNEL_PROTOCOL}.x", "chat, v2"]
)
def test_a_websocket_without_the_kernels_protocol_is_refused(screen: Screen, kernel, offered):
    assert refused(screen, kernel, Sec_WebSocket_Protocol=offered) == 403


def test_a_websocket_without_an_origin_is_refused(screen: Screen, kernel):
    assert refused(screen, kernel, Origin=None) == 403


@pytest.mark.parametrize(
    "path", ["/", "/voila/query/{kernel}", "/workshop/state", "/api/kernels/{kernel}", "/none"]
)
def test_there_is_no_other_websocket(screen: Screen, kernel, path):
    assert refused(screen, kernel, path=path.format(kernel=kernel)) == 403


def test_channels_without_an_upgrade_are_refused(screen: Screen, kernel):
    assert screen.ask(f"/api/kernels/{kernel}/channels")[0] == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_only_reading_is_answered(screen: Screen, kernel, method):
    for path in ("/", f"/api/kernels/{kernel}", f"/voila/api/shutdown/{kernel}", "/login"):
        assert screen.ask(path, method)[0] == 405
    assert screen.state(kernel) != "dead"


def test_the_page_talks_to_its_kernel_but_runs_no_code(screen: Screen, kernel):
    async def scene() -> list[str]:
        page, kinds = await screen.socket(kernel), []
        assert page.selected_subprotocol == KERNEL_PROTOCOL
        code = {
            "code": "open('written', 'w')",
            "silent": False,
            "store_history": False,
            "user_expressions": {},
        }
        await page.write_message(packed("shell", "execute_request", code), binary=True)
        await page.write_message(packed("control", "execute_request", code), binary=True)
        await page.write_message(packed("shell", "kernel_info_request", {}), binary=True)
        while "kernel_info_reply" not in kinds:
            kinds.append(kind_of(await asyncio.wait_for(page.read_message(), 20)))
        page.close()
        return kinds

    assert not {"execute_reply", "execute_result"} & set(asyncio.run(scene()))
    assert not (screen.folder / "written").exists()


def test_no_file_is_served(screen: Screen):
    (screen.folder / "plan.png").write_bytes(b"x")
    for path in ("plan.png", "engagement.toml", "../plan.png", "slider.ipynb"):
        for place in (
            "/voila/files/",
            "/files/",
            "/",
            "/workshop/static/",
            "/workshop/static/../",
            "/voila/static/",
        ):
            assert screen.ask(place + path)[0] in (403, 404), place + path


def test_every_answer_tells_the_browser_to_ask_nobody_else(screen: Screen):
    for path, cookie in (("/", screen.cookie), ("/voila/static/voila.js", screen.cookie), ("/", None)):
        headers = screen.ask(path, Cookie=cookie)[2]
        assert headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in headers
    page = screen.ask("/")[1]
    assert not [line for line in page.splitlines() if ("src=" in line or "href=" in line) and "http" in line]


def test_programs_are_kept_for_this_token_and_pages_are_not(screen: Screen):
    status, _text, headers = screen.ask("/voila/static/voila.js")
    assert (status, headers["Vary"]) == (200, "Cookie")
    assert "max-age" in headers["Cache-Control"]
    assert screen.ask("/")[2]["Cache-Control"] == "no-store"
    assert "max-age" not in screen.ask("/voila/static/voila.js", Cookie=None)[2].get("Cache-Control", "")


def test_it_listens_on_this_machine_alone(screen: Screen):
    processes = [psutil.Process(screen.running.process.pid), *screen.kernels()]
    listening = [
        c.laddr for p in processes for c in p.net_connections("inet") if c.status == psutil.CONN_LISTEN
    ]
    assert (("127.0.0.1", screen.port)) in listening
    assert {address.ip for address in listening} == {"127.0.0.1"}


def test_a_misbehaving_client_stops_nobody_else(screen: Screen, kernel):
    async def scene() -> None:
        good = await screen.socket(kernel, path=f"/api/kernels/{kernel}/channels?session_id=good")
        hanging = [socket.create_connection(("127.0.0.1", screen.port)) for _ in range(100)]
        for number, one in enumerate(hanging):
            one.sendall([b"\x00\xff" * 4000, b"GET / HTTP/1.1\r\nHost: ", b"POST / HTTP/1.1\r\n"][number % 3])
        for rubbish in (
            b"",
            b"\xff" * 100,
            (2**63).to_bytes(8, "little") * 4,
            packed("nowhere", "comm_msg", {}),
            b"[1",
        ):
            bad = await screen.socket(kernel, path=f"/api/kernels/{kernel}/channels?session_id=bad")
            await bad.write_message(rubbish, binary=True)
            await bad.write_message("{}")
            bad.close()
        huge = await screen.socket(kernel, path=f"/api/kernels/{kernel}/channels?session_id=huge")
        with contextlib.suppress(WebSocketClosedError):
            await huge.write_message(b"x" * 9 * 1024**2, binary=True)
        await good.write_message(packed("shell", "kernel_info_request", {}), binary=True)
        while kind_of(await asyncio.wait_for(good.read_message(), 20)) != "kernel_info_reply":
            pass
        good.close()
        for one in hanging:
            one.close()

    asyncio.run(scene())
    assert screen.ask("/")[0] == 200
    assert screen.state(kernel) == "alive"


def refused(screen: Screen, kernel: str, path: str = "", **headers: str | None) -> int:
    """The status with which a handshake is refused; 0 where it is not."""

    async def scene() -> int:
        try:
            (await screen.socket(kernel, path, **headers)).close()
        except HTTPClientError as error:
            return error.code
        return 0

    return asyncio.run(scene())


def kind_of(message: bytes | str | None) -> str:
    assert isinstance(message, bytes), "the websocket was closed"
    count = int.from_bytes(message[:8], "little")
    start, end = (int.from_bytes(message[8 * (n + 1) : 8 * (n + 2)], "little") for n in (1, 2))
    assert count >= 5
    return str(json.loads(message[start:end])["msg_type"])
