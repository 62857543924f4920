"""Pictures that are not drawn twice: the same tables in the same dress and words give the same picture.

A picture is kept in the engagement's cache under a mark of all that it is drawn from: the exhibit, its
tables and options, the language, the client's words, colours and font, matplotlib's settings and the
machine's fonts, the notebook that shows it, and what every result of the run stands on
(:mod:`kamkit.deliver.ground`). A run that is to make everything anew forgets them. Outside a run every
picture is drawn.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager

from kamkit import plots
from kamkit.deliver.kept import encoded
from kamkit.engagement import reads
from kamkit.engagement.handed_on import replace_file
from kamkit.engagement.scene import Scene
from kamkit.locale import language
from kamkit.locale.own_words import own_words
from kamkit.plots.exhibit import Exhibit

__all__ = ["MOST", "once", "start", "within"]

MOST = 2_000
"""How many pictures are kept between runs; the latest used stay."""

_RUN: ContextVar[Path | None] = ContextVar("kamkit_pictures_of", default=None)
_OF_THE_SCREEN = ("backend", "backend_fallback", "interactive")
"""Settings of matplotlib that no picture in a file depends on."""


def start(engagement: Path, anew: bool = False) -> None:
    """Let the run that begins use the pictures of earlier ones; forget them all if it is made ``anew``."""
    try:
        files = list(_folder(engagement).glob("*.picture"))
        files.sort(key=lambda file: file.stat().st_mtime, reverse=True)
        half_written = _folder(engagement).glob(".*")
        for file in (*files[0 if anew else MOST :], *half_written):
            file.unlink(missing_ok=True)
    except OSError:
        return


@contextmanager
def within(run_folder: Path) -> Iterator[None]:
    """Whatever is drawn within belongs to this run, as it does in a run's kernels."""
    token = _RUN.set(run_folder)
    try:
        yield
    finally:
        _RUN.reset(token)


def once(draw: Callable[[], bytes], exhibit: Exhibit, scene: Scene, *drawn_from: Any) -> bytes:
    """The picture as it was drawn before, or drawn now where it was not.

    Parameters
    ----------
    draw : draws it.
    exhibit : what is drawn; only kamkit's own are kept, since another's code can change unseen.
    scene : the step that shows it, for its language and dress.
    drawn_from : all else that it depends on: tables, options, size.
    """
    with reads.known():
        file = _file(exhibit, scene, drawn_from)
        kept = None if file is None else _kept(file)
    if file is None:
        return draw()
    if kept is None:
        kept = draw()
        with reads.known():
            _keep(file, kept)
    return kept


def _file(exhibit: Exhibit, scene: Scene, drawn_from: tuple[Any, ...]) -> Path | None:
    """Where the picture would be kept; None where it can't be."""
    run = _RUN.get() or reads.run_folder()
    ground = "" if run is None else _ground(run)
    if run is None or not ground or getattr(plots, exhibit.__name__, None) is not exhibit:
        return None
    engagement = run.parents[1]
    what = [exhibit.__name__, encoded(drawn_from), _notebook(engagement, scene.name)]
    told = json.dumps([ground, *what, _dress(scene)], sort_keys=True)
    mark = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
    return _folder(engagement) / f"{mark}.picture"


def _folder(engagement: Path) -> Path:
    return engagement / ".kamkit" / "pictures"


@lru_cache(maxsize=1)
def _ground(run: Path) -> str:
    """What the results of a run stand on; empty where that is not known."""
    try:
        return str(json.loads((run / "run.json").read_text(encoding="utf-8")).get("ground", ""))
    except (OSError, ValueError, AttributeError):
        return ""


def _dress(scene: Scene) -> list[Any]:
    """What a picture looks like, whatever it is drawn from."""
    fonts = sorted(str(font.fname) for font in font_manager.fontManager.ttflist)
    settings = {name: str(value) for name, value in dict.items(mpl.rcParams) if name not in _OF_THE_SCREEN}
    words = sorted(own_words().items())
    return [language(), words, scene.currency, scene.colours, scene.font, settings, fonts]


def _notebook(engagement: Path, name: str) -> str:
    """A hash of the notebook that shows it: its code may have changed how things are drawn."""
    file = engagement / "notebooks" / f"{name}.ipynb"
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""


def _kept(file: Path) -> bytes | None:
    """A picture that is there and whole."""
    try:
        digest, _line, picture = file.read_bytes().partition(b"\n")
        if hashlib.sha256(picture).hexdigest().encode() != digest:
            return None
        os.utime(file)
    except OSError:
        return None
    return picture


def _keep(file: Path, picture: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, hashlib.sha256(picture).hexdigest().encode() + b"\n" + picture)
    except OSError:
        return
