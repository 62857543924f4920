"""What a process that works for a run really reads, noted as it happens beside the executed notebook.

Every file that is opened and every folder that is listed is noted, whoever does it, by an audit hook of the
interpreter. kamkit's own readers say more exactly what they read (``table:sales``, ``decision:choice.cuts``)
and open the files behind it within :class:`known`. What can't be held against anything later, such as a
socket, is noted as ``always:`` with the reason. Outside a run nothing is noted.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import site
import sys
import sysconfig
import tempfile
import threading
from contextlib import ContextDecorator
from importlib.util import source_from_cache
from pathlib import Path
from typing import Any

__all__ = [
    "VARIABLE",
    "file_for",
    "known",
    "note",
    "note_engagement",
    "note_file",
    "note_unless_known",
    "noting",
    "run_folder",
    "start",
    "stop",
]

VARIABLE = "KAMKIT_READS"
"""Environment variable with the file of notes, set by the runner for its kernels."""

_RUN = "KAMKIT_RUN"
_OUTSIDE = {
    *("socket.connect", "socket.sendto", "sqlite3.connect", "urllib.Request", "ftplib.connect"),
    *("os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "os.startfile"),
}
_FILES, _FOLDERS, _PROCESS = "open", ("os.listdir", "os.scandir"), "subprocess.Popen"
_HEARD = frozenset({_FILES, _PROCESS, *_FOLDERS, *_OUTSIDE})
_FINDERS = {"<frozen importlib._bootstrap_external>", importlib.metadata.__file__}
_ASK_THE_MACHINE = {"fc-list", "fc-match", "lscpu", "uname", "ldconfig", "nvidia-smi"}
"""Programs that libraries start to learn what machine they are on."""
_SYSTEM = () if os.name == "nt" else ("/proc", "/sys", "/dev", "/etc", "/usr/share", "/usr/lib", "/lib")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def file_for(executed: Path) -> Path:
    """Where what a notebook reads is noted: beside the executed notebook."""
    return executed.with_suffix(".reads")


class _Depth(threading.local):
    within = 0


_depth = _Depth()


class known(ContextDecorator):
    """What is opened within is accounted for by a note that was made already, or is made beside it."""

    def __enter__(self) -> None:
        _depth.within += 1

    def __exit__(self, *error: object) -> None:
        _depth.within -= 1


class _Notes:
    """The notes of this process: each read once, a line each, on the disk before the read goes on."""

    def __init__(self, file: Path, run: Path) -> None:
        self._seen: set[str] = set()
        self._paths: set[tuple[str, bool]] = set()
        self._written: set[str] = set()
        self._run = os.path.realpath(run)
        self._places = _places(self._run)
        self._stream = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        self.add("process:watched")
        for place in _startup():
            self.add(place)

    def add(self, what: str) -> None:
        if what not in self._seen:
            os.write(self._stream, f"{json.dumps(what)}\n".encode())
            self._seen.add(what)

    def heard(self, event: str, args: tuple[Any, ...]) -> None:
        if event == _FILES:
            self._opened(*args)
        elif event in _FOLDERS:
            self._listed(args[0])
        elif event != _PROCESS:
            self.add(f"always:{event}")
        elif (program := _program(args)) not in _ASK_THE_MACHINE:
            self.add(f"always:process {program}")

    def close(self) -> None:
        os.close(self._stream)

    def _opened(self, path: Any, mode: str | None, flags: int) -> None:
        if isinstance(path, int):
            return
        writes = any(c in mode for c in "wax+") if isinstance(mode, str) else bool(flags & _WRITES)
        name = os.path.abspath(os.fsdecode(path))
        if (name, writes) in self._paths:
            return
        self._paths.add((name, writes))
        if writes:
            self._wrote(name)
        elif name not in self._written:
            self._read(name)

    def _wrote(self, name: str) -> None:
        if not os.path.exists(name):
            self._written.add(name)
        if self._place(name) in ("engagement", "elsewhere") and not name.endswith((".pyc", ".pyc.tmp")):
            self.add(f"always:wrote {name}")

    def _read(self, name: str) -> None:
        place = self._place(name)
        if place == "library":
            return
        if place == "run":
            self._read_of_run(name)
        elif name.endswith((".py", ".pyc")):
            self.add(f"always:runs code of its own, {_source(name)}")
        else:
            self.add(f"file:{name}")

    def _read_of_run(self, name: str) -> None:
        """A table that was handed on, read past the step; whatever else of the run can't be held."""
        folder, file = os.path.split(name)
        table, ending = os.path.splitext(file)
        handed_on = ending == ".parquet" and os.path.realpath(folder) == os.path.join(self._run, "tables")
        self.add(f"handed:{table}" if handed_on else f"always:read {file} of the run")

    def _listed(self, path: Any) -> None:
        if isinstance(path, int):
            self.add("always:listed a folder")
            return
        name = os.path.abspath(os.fsdecode(path or "."))
        if self._place(name) == "run":
            self.add("always:listed a folder of the run")
        elif self._place(name) != "library":
            self.add(f"modules:{name}" if _by_an_import() else f"folder:{name}")

    def _place(self, name: str) -> str:
        """Where a file lies: the innermost of the places that hold it."""
        holding = [(len(p), kind) for p, kind in self._places if name == p or name.startswith(p + os.sep)]
        return max(holding)[1] if holding else "elsewhere"


def _places(run: str) -> list[tuple[str, str]]:
    """The folders whose files are treated alike: libraries are hashed as such, temporary files forgotten."""
    library = [*sysconfig.get_paths().values(), *site.getsitepackages(), site.getusersitepackages(), *_SYSTEM]
    library += [place for place in sys.path if place.startswith((sys.prefix, sys.base_prefix))]
    library += [os.path.join(sys.prefix, part) for part in ("share", "etc")]
    library += [os.path.join(os.path.expanduser("~"), part) for part in (".ipython", ".jupyter")]
    library += [os.path.join(os.path.expanduser("~"), *part) for part in _OF_LIBRARIES]
    library += [os.environ[name] for name in ("MPLCONFIGDIR", "IPYTHONDIR") if os.environ.get(name)]
    package = Path(__file__).resolve().parents[1]
    library += [str(package), str(package.parent / "templates")]
    engagement = os.path.dirname(os.path.dirname(run))
    library.append(os.path.join(engagement, ".kamkit"))
    places = [(place, "library") for place in library]
    places += [(tempfile.gettempdir(), "temporary"), (engagement, "engagement"), (run, "run")]
    both = {(form(place), kind) for place, kind in places for form in (os.path.abspath, os.path.realpath)}
    return sorted(both)


def _startup() -> list[str]:
    """What IPython runs before the first cell."""
    home = os.environ.get("IPYTHONDIR") or os.path.join(os.path.expanduser("~"), ".ipython")
    folder = Path(home, "profile_default", "startup")
    return [f"folder:{folder}", *(f"file:{file}" for file in sorted(folder.glob("*py")))]


_OF_LIBRARIES = ((".cache", "matplotlib"), (".config", "matplotlib"), (".local", "share", "jupyter"))


def _by_an_import() -> bool:
    """Whether it is the import of a module that lists a folder: it looks for that module alone."""
    frame = sys._getframe()
    while frame.f_back is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    return frame.f_code.co_filename in _FINDERS


def _program(args: tuple[Any, ...]) -> str:
    first = args[0] or (args[1] or ["?"])[0] if not isinstance(args[1], (str, bytes)) else args[0] or args[1]
    return os.path.basename(os.fsdecode(first))


def _source(name: str) -> str:
    """The source of a compiled module, which is what the user knows."""
    try:
        return source_from_cache(name) if name.endswith(".pyc") else name
    except ValueError:
        return name


_notes: _Notes | None = None
_hooked = False


def start() -> None:
    """Begin to note what this process reads, where the runner wants to know."""
    global _hooked
    file, run = os.environ.get(VARIABLE), os.environ.get(_RUN)
    if not (file and run):
        return
    stop()
    if not _hooked:
        sys.addaudithook(_hook)
        _hooked = True
    globals()["_notes"] = _Notes(Path(file), Path(run))


def stop() -> None:
    """Note nothing more."""
    global _notes
    if _notes is not None:
        notes, _notes = _notes, None
        notes.close()


def _hook(event: str, args: tuple[Any, ...]) -> None:
    notes = _notes
    if notes is not None and event in _HEARD and not _depth.within:
        notes.heard(event, args)


def noting() -> bool:
    """Whether this process notes what it reads."""
    return _notes is not None


def note(what: str) -> None:
    """Note what is read, as ``kind:name``."""
    if _notes is not None:
        _notes.add(what)


def run_folder() -> Path | None:
    """The folder of the run that this process works for; None outside a run."""
    run = os.environ.get(_RUN)
    return Path(run) if run else None


def note_file(path: str | os.PathLike[str]) -> None:
    """Note that a file is read, or that it is not there, unless it is accounted for already."""
    note_unless_known(f"file:{os.path.abspath(path)}")


def note_engagement(path: Path, *, masked: bool) -> None:
    """Note that an engagement is opened; what another than the run's own holds is held against nothing."""
    run = run_folder()
    own = run is not None and os.path.realpath(run.parents[1]) == os.path.realpath(path)
    note(f"masked:{'all' if masked else 'no'}" if own else f"always:opened {path}")


def note_unless_known(what: str) -> None:
    """Note what is read unless it is accounted for already."""
    if not _depth.within:
        note(what)
