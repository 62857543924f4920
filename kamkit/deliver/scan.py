"""Looks for original names in what an anonymised run would deliver, byte by byte.

What is read: file names; text and markup of pages, the pictures within them; every part of a deck or
workbook, and of the workbooks in its charts; text, outline and metadata of a PDF. Names are sought in all
of it, as whole words; a name of several words in any case. Numbers, and codes of digits and capitals, are
sought in what a reader sees, digits alone where they are no part of a figure: coordinates, cells and
hashes hold any of them. Too short to be told from anything else is what has fewer than three characters,
or fewer than five digits.
"""

from __future__ import annotations

import base64
import binascii
import html
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kamkit.engagement.anonymous.originals import Original, Originals, flat
from kamkit.engagement.file_names import plain_letters
from kamkit.errors import RunError, list_some

if TYPE_CHECKING:
    from kamkit.engagement import Engagement

__all__ = ["Found", "require_anonymous", "scan"]

_DATA = re.compile(r"data:[\w/+.-]+;base64,([A-Za-z0-9+/=\s]+)")
_TAG = re.compile(r"<[^>]*>")
_SEEN_ATTRIBUTE = re.compile(
    r"""\b(?:alt|aria-label|content|descr|href|id|label|name|title)\s*=\s*("[^"]*"|'[^']*')"""
)
_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL | re.IGNORECASE)
_FIGURES = re.compile(r"<(c:numCache|c:numLit|c:f|v|f)\b[^>]*>.*?</\1>", re.DOTALL)
_PACKAGES = (b"PK\x03\x04",)
_MOST_NAMED = 5


@dataclass(frozen=True)
class Found:
    """An original name in a file: what it is, and how often it stands there."""

    file: str
    original: Original
    count: int


@dataclass(frozen=True)
class _Text:
    """Text to search: where it stands, and whether readers see it, so that codes are sought, too."""

    text: str
    seen: bool


def require_anonymous(engagement: Engagement, files: Mapping[str, Path]) -> None:
    """Refuse to deliver what holds an original name.

    Parameters
    ----------
    engagement : the engagement that was run; nothing is refused where it is not anonymous.
    files : by name among the deliverables, each file that would be delivered.

    Raises
    ------
    RunError
        With the files, and what was found in each, for the desk alone.
    """
    originals = engagement.door.originals
    found = scan(files, originals) if originals is not None else []
    if found:
        by_file = Counter(f.file for f in found)
        named = [f"{f.file}: {f.original.kind} {f.original.text!r}" for f in found]
        raise RunError(
            f"original names stand in {len(by_file)} file(s) of an anonymised run; nothing was delivered",
            where=list_some(named, _MOST_NAMED),
            remedy="take them out of texts and notebooks, or report the place; the run folder keeps all",
        )


def scan(files: Mapping[str, Path], originals: Originals) -> list[Found]:
    """Every original name and number in the files, worst file first.

    Parameters
    ----------
    files : by name, each file; the names are searched, too.
    originals : what is sought.

    Raises
    ------
    RunError
        If a file can't be read whole.

    Examples
    --------
    >>> import tempfile
    >>> page = Path(tempfile.mkdtemp(), "report.html")
    >>> _ = page.write_text("<p>Sõõru&nbsp;O&Uuml; 10042</p>", encoding="utf-8")
    >>> sought = Originals([Original("Sõõru OÜ", "customer", "A"), Original("10042", "number", "B")])
    >>> [(f.file, f.original.kind) for f in scan({"report.html": page}, sought)]
    [('report.html', 'customer'), ('report.html', 'number')]
    """
    in_names = _in_file_names(originals)
    found: list[Found] = []
    for name, file in files.items():
        texts = _texts(file.read_bytes(), name)
        count = Counter(o for text in texts for o in originals.found(text.text, codes=text.seen))
        count.update(in_names.found(re.sub(r"[-_./]+", " ", name)))
        found += [Found(name, original, n) for original, n in count.items()]
    return sorted(found, key=lambda f: (-f.count, f.file, f.original.text))


def _in_file_names(originals: Originals) -> Originals:
    """The originals as they would stand in the name of a file."""
    plain = ((plain_letters(o.text, len(o.text)).replace("-", " "), o) for o in originals)
    return Originals(Original(text, o.kind, o.instead) for text, o in plain if text)


def _texts(content: bytes, name: str) -> Iterator[_Text]:
    """All texts of a file, as they are and without markup; of a picture what can be read in its bytes."""
    if content.startswith(_PACKAGES):
        yield from _of_package(content, name)
    elif content.startswith(b"%PDF"):
        yield from _of_pdf(content, name)
    elif b"\x00" in content:
        yield _Text(flat(content.decode("utf-8", errors="replace")), seen=False)
    else:
        yield from _of_markup(content.decode("utf-8", errors="replace"), name)


def _of_package(content: bytes, name: str) -> Iterator[_Text]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for part in package.namelist():
                yield _Text(flat(part), seen=False)
                yield from _texts(package.read(part), f"{name}/{part}")
    except zipfile.BadZipFile as error:
        raise _unread(name, error) from error


def _of_markup(text: str, name: str) -> Iterator[_Text]:
    """Markup as it is, without tags, and what its attributes show; what it embeds, each by itself."""
    for embedded in _DATA.findall(text):
        try:
            yield from _texts(base64.b64decode(embedded), name)
        except binascii.Error as error:
            raise _unread(name, error) from error
    whole = _DATA.sub(" ", text)
    bare = _STYLE.sub(" ", whole)
    shown = _FIGURES.sub(" ", bare)
    yield _Text(flat(html.unescape(whole)), seen=False)
    yield _Text(flat(html.unescape(_TAG.sub("", bare))), seen=False)
    yield _Text(flat(html.unescape(_TAG.sub(" ", shown))), seen=True)
    yield _Text(flat(html.unescape(" ".join(_SEEN_ATTRIBUTE.findall(shown)))), seen=True)


def _of_pdf(content: bytes, name: str) -> Iterator[_Text]:
    try:
        import pypdf
    except ImportError as error:
        remedy = "pip install pypdf, or leave pdf out of [report] formats"
        raise RunError("an anonymised PDF can't be searched for names", where=name, remedy=remedy) from error
    try:
        read = pypdf.PdfReader(io.BytesIO(content))
        pages = [page.extract_text() for page in read.pages]
        about = [*(str(v) for v in (read.metadata or {}).values()), *_outline(read.outline)]
        xmp = read.xmp_metadata.stream.get_data().decode("utf-8", "replace") if read.xmp_metadata else ""
    except pypdf.errors.PyPdfError as error:
        raise _unread(name, error) from error
    yield _Text(flat(" ".join(pages)), seen=True)
    yield from (_Text(flat(text), seen=True) for text in about)
    yield from _of_markup(xmp, name)


def _outline(entries: Iterable[object]) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, list):
            yield from _outline(entry)
        else:
            yield str(getattr(entry, "title", ""))


def _unread(name: str, error: Exception) -> RunError:
    return RunError(f"the file can't be searched for names: {error}", where=name, remedy="report this place")
