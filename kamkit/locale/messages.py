"""What there is to translate: the messages of code, templates and notebooks; and each language's file.

``python -m kamkit.locale.messages sv et`` brings the catalogues to today's messages. It works in a
checkout, where the sources are.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from kamkit.locale.catalogue import po_file

__all__ = ["read_messages", "template", "update"]

_ROOT = Path(__file__).resolve().parents[2]
_KEYWORDS = DEFAULT_KEYWORDS
_WIDTH = 110


def template(root: Path = _ROOT) -> Catalog:
    """Every message of a checkout, as ``babel.cfg`` finds them, in the order of the files."""
    with (root / "babel.cfg").open(encoding="utf-8") as stream:
        methods, options = parse_mapping_cfg(stream)
    catalogue = Catalog(charset="utf-8")
    found = extract_from_dir(
        root, methods, options, keywords=_KEYWORDS, directory_filter=_is_ours, strip_comment_tags=True
    )
    for file, line, message, comments, context in sorted(found, key=lambda f: (f[0], f[1])):
        catalogue.add(message, None, [(file, line)], auto_comments=comments, context=context)
    return catalogue


def read_messages(code: str, root: Path = _ROOT) -> Catalog:
    """A language's catalogue as it lies in the checkout, with what is missing or doubtful in it."""
    file = po_file(root / "kamkit" / "locale", code)
    if not file.is_file():
        return Catalog(locale=code, charset="utf-8", fuzzy=False)
    with file.open("rb") as stream:
        return read_po(stream, locale=code)


def update(code: str, root: Path = _ROOT) -> Path:
    """Bring a language's catalogue to today's messages: new ones empty, gone ones out, no guesses.

    The file of one that is up to date already is left as it is.
    """
    catalogue = read_messages(code, root)
    catalogue.update(template(root), no_fuzzy_matching=True, update_header_comment=False)
    catalogue.fuzzy = False
    file = po_file(root / "kamkit" / "locale", code)
    held = file.read_bytes() if file.is_file() else b""
    if _without_dates(_written(catalogue)) != _without_dates(held):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_written(catalogue))
    return file


def _written(catalogue: Catalog) -> bytes:
    stream = BytesIO()
    write_po(stream, catalogue, width=_WIDTH, no_location=True, ignore_obsolete=True)
    return stream.getvalue()


def _without_dates(po: bytes) -> bytes:
    """A catalogue's file but for the lines that say when it was written."""
    return re.sub(rb'(?m)^"(?:POT-Creation|PO-Revision)-Date:.*\n', b"", po)


def _is_ours(folder: str) -> bool:
    return not Path(folder).name.startswith((".", "_", "demo", "dist", "build"))


def main(codes: Sequence[str]) -> None:
    """Update the catalogues of the languages that are named."""
    for code in codes:
        print(update(code).relative_to(_ROOT))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
