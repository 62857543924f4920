"""Runs of a toy engagement that end before they are done, each in a process forked from this one.

Reads orders, a line of JSON each: ``how`` (``kill``, ``interrupt``, ``crash``, ``full``), ``when`` (seconds, or
the number of the file operation at which it happens), ``mark`` (an environment variable that all processes of
the run carry). Answers how the run ended.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from tests.deliver import toy

CHANGES = (
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.mkdir",
    "shutil.rmtree",
    "shutil.copyfile",
    "os.truncate",
)


def run(folder: Path) -> bool:
    """Whether a run of the engagement succeeded; nothing is taken over from earlier ones."""
    import kamkit
    from kamkit.deliver import runner

    kamkit.open = toy.engagement  # type: ignore[assignment]
    return runner.run(folder, progress=False, force=True).succeeded


def is_change(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether something on the disk is about to change."""
    if event != "open":
        return event in CHANGES
    return isinstance(arguments[2], int) and bool(arguments[2] & (os.O_WRONLY | os.O_RDWR))


def break_at(number: int, full: bool) -> None:
    """Die at the change of that number; or find the disk full from then on."""
    seen = 0

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        if not is_change(event, arguments):
            return
        seen += 1
        if seen >= number and not full:
            os.kill(os.getpid(), signal.SIGKILL)
        if seen >= number and event in ("open", "os.mkdir", "shutil.copyfile"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(arguments[0]))

    sys.addaudithook(look)


def forked(folder: Path, how: str, when: float, mark: str) -> int:
    """The process id of a run that is under way."""
    process = os.fork()
    if process:
        return process
    os.environ["KAMKIT_TEST_RUN"] = mark
    toy.listen_to_interrupts()
    if how in ("crash", "full"):
        break_at(int(when), how == "full")
    code = 1
    try:
        code = 0 if run(folder) else 3
    except KeyboardInterrupt:
        code = 130
    except Exception as error:
        code = 4 if "No space left" in f"{error} {error.__cause__}" else 5
        if code == 5:
            traceback.print_exc()
    finally:
        os._exit(code)


def ended(folder: Path, how: str, when: float, mark: str) -> int:
    """The exit code of a run that was broken off, or the number of the signal that ended it, negative."""
    process = forked(folder, how, when, mark)
    if how in ("kill", "interrupt"):
        time.sleep(when)
        os.kill(process, signal.SIGKILL if how == "kill" else signal.SIGINT)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def main() -> None:
    """Serve orders until the input ends."""
    import kamkit.deliver.report
    import kamkit.deliver.runner  # noqa: F401

    toy.light_kernels()
    folder = Path(sys.argv[1])
    for line in sys.stdin:
        sys.stdout.write(f"{ended(folder, **json.loads(line))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
