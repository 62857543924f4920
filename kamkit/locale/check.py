"""Whether a catalogue is whole and safe to use: nothing missing, guessed, or at odds with its message.

``python -m kamkit.locale.check sv et`` lists every fault and ends with 1 where there is one.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from string import Formatter

from babel.messages.catalog import Catalog, Message

from kamkit.locale.glossary import Term, glossary
from kamkit.locale.messages import read_messages, template

__all__ = ["Fault", "faults", "faults_of"]

_PRINTF = re.compile(r"%\([a-z_]+\)[sdf]")
_MARKUP = re.compile(
    r"</?[a-z][^>]*>|&[a-z]+;|`[^`\n]+`|\*\*|\]\([^)]+\)|^#{1,6}(?= )|^(?:-|\d+\.)(?= )", re.MULTILINE
)
_END = re.compile(r"[.:;?!…]?\Z")
_PLURAL = "nplurals=2; plural=(n != 1);"


@dataclass(frozen=True)
class Fault:
    """One message that can't be used as it is: what is wrong, and what the message says."""

    kind: str
    message: str
    why: str = ""

    def __str__(self) -> str:
        said = " ".join(self.message.split())
        return f"{self.kind}: {said[:110]!r}" + (f" – {self.why}" if self.why else "")


def faults(code: str) -> list[Fault]:
    """What is wrong with a language's catalogue, held against the messages of the checkout."""
    return faults_of(read_messages(code), template(), glossary(code))


def faults_of(catalogue: Catalog, wanted: Catalog, terms: Sequence[Term] = ()) -> list[Fault]:
    """What is wrong with a catalogue, held against the messages that are wanted."""
    return [*_header(catalogue), *_missing(catalogue, wanted), *_wrong(catalogue, terms)]


def _header(catalogue: Catalog) -> Iterator[Fault]:
    if catalogue.plural_forms != _PLURAL:
        yield Fault("header", "Plural-Forms", f"{catalogue.plural_forms} instead of {_PLURAL}")


def _missing(catalogue: Catalog, wanted: Catalog) -> Iterator[Fault]:
    keys = {(m.id if isinstance(m.id, str) else m.id[0], m.context) for m in wanted if m.id}
    held = {(m.id if isinstance(m.id, str) else m.id[0], m.context): m for m in catalogue if m.id}
    for key in sorted(keys - held.keys(), key=str):
        yield Fault("missing", key[0], "not in the file: update it")
    for key in sorted(held.keys() - keys, key=str):
        yield Fault("obsolete", key[0], "no longer a message: update the file")
    for message in held.values():
        if not all(_forms(message)):
            yield Fault("missing", _id(message))


def _wrong(catalogue: Catalog, terms: Sequence[Term]) -> Iterator[Fault]:
    for message in (m for m in catalogue if m.id and all(_forms(m))):
        if message.fuzzy:
            yield Fault("fuzzy", _id(message))
        originals = [message.id] if isinstance(message.id, str) else list(message.id)
        for number, text in enumerate(_forms(message)):
            original = originals[min(number, len(originals) - 1)]
            yield from _compared(original, text, may_leave_out=number == 0 and len(originals) > 1)
        yield from _unlike_glossary(message, terms)


def _compared(original: str, text: str, may_leave_out: bool) -> Iterator[Fault]:
    for kind, count in _COUNTED.items():
        try:
            ours, theirs = count(original), count(text)
        except ValueError as error:
            yield Fault(kind, original, str(error))
            continue
        if may_leave_out and kind == "placeholder":
            theirs += Counter({"{n}": ours["{n}"] - theirs["{n}"]})
        if ours != theirs:
            lacks, more = ours - theirs, theirs - ours
            yield Fault(kind, original, f"lacks {list(lacks)}, has too much {list(more)}")


def _placeholders(text: str) -> Counter[str]:
    if "{" not in text and "}" not in text:
        return Counter(_PRINTF.findall(text))
    fields = ((n, s, c) for _t, n, s, c in Formatter().parse(text) if n is not None)
    return Counter(f"{{{n}{'!' + c if c else ''}{':' + s if s else ''}}}" for n, s, c in fields)


def _edges(text: str) -> Counter[str]:
    start, end = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    mark = _END.search(text.rstrip())
    return Counter([f"start {start!r}", f"end {(mark[0] if mark else '') + end!r}"])


def _paragraphs(text: str) -> Counter[str]:
    return Counter({"paragraph": len(re.split(r"\n\s*\n", text.strip()))})


_COUNTED: dict[str, Callable[[str], Counter[str]]] = {
    "placeholder": _placeholders,
    "markup": lambda text: Counter(_MARKUP.findall(text)),
    "edges": _edges,
    "paragraphs": _paragraphs,
}


def _unlike_glossary(message: Message, terms: Sequence[Term]) -> Iterator[Fault]:
    original, text = _id(message).casefold(), " ".join(_forms(message)).casefold()
    for term in terms:
        named = re.search(rf"\b{re.escape(term.english.casefold())}s?\b", original)
        if term.stem and named and term.stem.casefold() not in text:
            yield Fault("glossary", _id(message), f"{term.english!r} is {term.term!r}")


def _forms(message: Message) -> tuple[str, ...]:
    return (str(message.string or ""),) if isinstance(message.id, str) else tuple(message.string or ("",))


def _id(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def main(codes: Sequence[str]) -> int:
    """Tell every fault of the languages that are named, and how many of each kind."""
    found = {code: faults(code) for code in codes}
    for code, wrong in found.items():
        for fault in wrong:
            print(f"{code} {fault}")  # noqa: T201
        kinds = Counter(fault.kind for fault in wrong)
        print(f"{code}: " + (", ".join(f"{n} {kind}" for kind, n in kinds.items()) or "no faults"))  # noqa: T201
    return int(any(found.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
