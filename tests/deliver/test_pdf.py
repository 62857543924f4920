"""The PDF: tagged, with alternative texts and bookmarks, fonts inside, nothing fetched; Chromium as the second way."""

import os
import shutil
import signal
import socketserver
import subprocess
import sys
import threading
import time

import pytest

from kamkit.deliver import chromium, pdf
from kamkit.errors import RunError

pypdf = pytest.importorskip("pypdf")

PIXEL = "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHdpZHRoPSIxMCIgaGVpZ2h0PSIxMCIvPg=="
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Acme · Review</title></head><body>
<header class="kk-cover"><h1>Acme</h1><p class="kk-confidential">For Acme only</p></header>
<nav class="kk-contents"><ul><li><a href="#one">First</a></li></ul></nav>
<main><section class="kk-chapter" id="one" style="break-before:page"><h2>First</h2><h3>Ten accounts earn it all</h3>
<figure class="kk-exhibit"><img alt="Ten accounts earn 61 %." src="{src}"></figure>{body}</section></main></body></html>"""

needs_pango = pytest.mark.skipif(not pdf.can_set(), reason="Pango is not installed")
needs_chromium = pytest.mark.skipif(chromium.find_chromium() is None, reason="Chromium is not installed")


def made(tmp_path, body="", src=PIXEL):
    page = tmp_path / "page.html"
    page.write_text(PAGE.format(src=src, body=body), encoding="utf-8")
    pdf.write_pdf(page, tmp_path / "page.pdf")
    return pypdf.PdfReader(tmp_path / "page.pdf")


def alternative_texts(node, found):
    node = node.get_object()
    if isinstance(node, pypdf.generic.DictionaryObject):
        if "/Alt" in node:
            found.append(str(node["/Alt"]))
        kids = node.get("/K", [])
        kids = kids.get_object() if hasattr(kids, "get_object") else kids
        for kid in kids if isinstance(kids, list) else [kids]:
            if not isinstance(kid, (int, pypdf.generic.NumberObject)):
                alternative_texts(kid, found)
    return found


@needs_pango
def test_it_is_tagged_and_carries_every_alternative_text(tmp_path):
    root = made(tmp_path).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert alternative_texts(root["/StructTreeRoot"], []) == ["Ten accounts earn 61 %."]
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()


@needs_pango
def test_contents_bookmarks_and_running_heads(tmp_path):
    read = made(tmp_path)
    assert [item.title for item in read.outline if not isinstance(item, list)] == ["First"]
    last = read.pages[-1].extract_text()
    assert "Acme" in last
    assert "For Acme only" in last
    assert f"{len(read.pages)} / {len(read.pages)}" in last
    assert f"{len(read.pages)}" in read.pages[-2].extract_text().split("First")[1]


@needs_pango
def test_all_fonts_are_embedded(tmp_path):
    fonts = [
        f.get_object() for page in made(tmp_path).pages for f in page["/Resources"].get("/Font", {}).values()
    ]
    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


@needs_pango
def test_neither_the_disk_nor_the_network_is_read(tmp_path):
    asked = []

    class Ear(socketserver.BaseRequestHandler):
        def handle(self):
            asked.append(self.request.recv(100))

    secret = tmp_path / "secret.svg"
    secret.write_text("<svg xmlns='http://www.w3.org/2000/svg'><text>SECRET</text></svg>")
    with socketserver.TCPServer(("127.0.0.1", 0), Ear) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}/x.png"
        body = f'<img alt="a" src="{address}"><img alt="b" src="{secret.as_uri()}"><link rel="stylesheet" href="{address}">'
        read = made(tmp_path, body=body)
        server.shutdown()
    assert asked == []
    assert "SECRET" not in "".join(page.extract_text() for page in read.pages)


@needs_pango
def test_the_same_page_gives_the_same_bytes(tmp_path):
    made(tmp_path)
    first = (tmp_path / "page.pdf").read_bytes()
    made(tmp_path)
    assert (tmp_path / "page.pdf").read_bytes() == first


def links(read):
    """Where each link of the file leads: the page it points to, or the address."""
    places = {
        name.removeprefix("/"): read.get_destination_page_number(d)
        for name, d in read.named_destinations.items()
    }
    found = []
    for note in (a.get_object() for page in read.pages for a in page.get("/Annots", [])):
        action = note.get("/A")
        where = note.get("/Dest", None if action is None else action.get_object().get("/D"))
        found.append(places.get(str(where).removeprefix("/"), action))
    return found


BESIDE = '<p><a href="../report.html">The report</a> <a class="x" href="plans/10_acme.html">Acme</a></p>'


@needs_chromium
def test_chromium_prints_where_pango_is_missing(tmp_path, monkeypatch):
    """Tagged, with bookmarks, its links within the file; none names a folder of the machine it was made on."""
    monkeypatch.setattr(pdf, "can_set", lambda: False)
    read = made(tmp_path, body=BESIDE)
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert links(read) == [len(read.pages) - 1]
    assert read.outline[0].title == "Acme"
    assert [item.title for item in read.outline[1] if not isinstance(item, list)] == ["First"]
    assert b"file:" not in (tmp_path / "page.pdf").read_bytes()


@needs_pango
def test_links_lead_within_the_file_or_beside_it_and_name_no_folder(tmp_path):
    read = made(tmp_path, body=BESIDE)
    found = links(read)
    addresses = [action.get_object()["/URI"] for action in found if not isinstance(action, int)]
    assert addresses == ["../report.html", "plans/10_acme.html"]
    assert {place for place in found if isinstance(place, int)} == {len(read.pages) - 1}
    assert b"file:" not in (tmp_path / "page.pdf").read_bytes()


def test_without_either_the_message_says_how_to_install_them(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "can_set", lambda: False)
    monkeypatch.setattr(pdf, "find_chromium", lambda: None)
    with pytest.raises(RunError, match="neither Pango nor Chromium") as caught:
        made(tmp_path)
    assert "apt install" in str(caught.value)
    assert not (tmp_path / "page.pdf").exists()


def test_a_chromium_that_fails_is_named(tmp_path):
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    page = tmp_path / "page.html"
    page.write_text("x")
    if shutil.which("sh") is None:
        pytest.skip("there is no shell to run the stand-in with")
    with pytest.raises(RunError, match="could not print"):
        chromium.print_pdf(program, page, tmp_path / "page.pdf")


@needs_pango
def test_it_is_set_beside_other_work(tmp_path):
    page, file = tmp_path / "page.html", tmp_path / "page.pdf"
    page.write_text(PAGE.format(src=PIXEL, body=""), encoding="utf-8")
    with pdf.set_beside(page, file) as done:
        done()
    beside = file.read_bytes()
    made(tmp_path)
    assert file.read_bytes() == beside


def test_what_forbids_it_is_told_by_the_process_that_waits(tmp_path):
    with (
        pytest.raises(RunError, match=r"failed: FileNotFoundError.*page\.html"),
        pdf.set_beside(tmp_path / "page.html", tmp_path / "page.pdf") as done,
    ):
        done()


LONG = "<p>word</p>" * 30_000
STARTS = """
import signal, sys
from pathlib import Path
from kamkit.deliver import pdf
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background ignores it
with pdf.set_beside(Path(sys.argv[1]), Path(sys.argv[2])) as done:
    print("begun", flush=True)
    done()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc for processes")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_it_ends_with_the_process_that_waits_for_it(tmp_path, number):
    page = tmp_path / "page.html"
    page.write_text(PAGE.format(src=PIXEL, body=LONG), encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-c", STARTS, str(page), str(tmp_path / "page.pdf")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as run:
        run.stdout.readline()
        until(lambda: setting(page))
        run.send_signal(number)
    until(lambda: not setting(page))
    assert not (tmp_path / "page.pdf").exists()


def setting(page):
    """Whether a process sets this page."""
    return any(f"kamkit.deliver.pdf\0{page}".encode() in line for line in commands())


def commands():
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/cmdline", "rb") as file:
                yield file.read()
        except OSError:
            continue


def until(holds):
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)
