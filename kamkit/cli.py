"""The command line: ``kamkit new | check | run | lab | workshop | vote | decisions | doctor``.

Everything heavy is imported inside the commands, so that ``kamkit --help`` answers at once.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kamkit import __version__
from kamkit.errors import KamkitError, ParameterError

if TYPE_CHECKING:
    from rich.console import Console

    from kamkit.deliver.doctor import Finding
    from kamkit.engagement.problems import Problem

__all__ = ["app", "main"]

app = typer.Typer(
    help="From a client's sales ledger to a key-account decision that stands up in the boardroom.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Folder = Annotated[Path, typer.Argument(help="The engagement's folder.", metavar="ENGAGEMENT")]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"kamkit {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


@app.command()
def new(
    path: Annotated[Path, typer.Argument(help="Folder to make.", metavar="ENGAGEMENT")],
    sample: Annotated[bool, typer.Option("--sample", help="Fill it with the sample engagement.")] = False,
    client: Annotated[str, typer.Option(help="The client's name.")] = "",
    lang: Annotated[str, typer.Option(help="What the client reads: en, sv, et.")] = "en",
) -> None:
    """Make an engagement folder, with the data request to send to the client."""
    from kamkit.engagement.new import create

    made = create(path, sample=sample, client=client or None, language=lang)
    step = (
        f"kamkit run {path}"
        if sample
        else f"fill {path / 'data'} (see {path / 'README.md'}), then kamkit check {path}"
    )
    typer.echo(f"{made} is ready. Next: {step}")


@app.command()
def check(
    path: Folder, notes: Annotated[bool, typer.Option(help="Show what the gate decided, too.")] = True
) -> None:
    """Check the client's files, and list all problems at once."""
    import kamkit
    from kamkit.engagement.config_mistakes import find_mistakes

    config, problems = find_mistakes(path)
    if config is not None:
        problems = kamkit.open(path).check()
    shown = [p for p in problems if notes or p.severity != "note"]
    _problem_table(shown)
    _offer_lines(problems)
    count = {s: sum(p.severity == s for p in problems) for s in ("fatal", "warning", "note")}
    typer.echo(", ".join(_counted(n, severity) for severity, n in count.items()))
    if count["fatal"]:
        typer.echo("Nothing will run before the fatal ones are mended.")
        raise typer.Exit(1)


@app.command()
def run(
    path: Folder,
    steps: Annotated[str, typer.Option(help="Steps to run, such as 1-3 or 2,5.")] = "",
    out: Annotated[Path | None, typer.Option(help="Where the deliverables go.")] = None,
    parameter: Annotated[list[str] | None, typer.Option("-p", help="KEY=VALUE for the notebooks.")] = None,
    account: Annotated[
        str | None, typer.Option(help="Make the plan of one account, by number or name.")
    ] = None,
    anonymise: Annotated[
        bool, typer.Option("--anonymise", help="Pseudonyms for all names, a secret factor for all money.")
    ] = False,
    jobs: Annotated[int, typer.Option(help="Notebooks at work at a time.")] = 2,
    force: Annotated[bool, typer.Option("--force", help="Run all, also what is not stale.")] = False,
    lang: Annotated[str, typer.Option(help="Languages of the deliverables, such as sv,en.")] = "",
) -> None:
    """Run the notebooks and make the report and the account plans."""
    from kamkit.kernels import pool, tidy_seldom

    tidy_seldom()
    values = _parameters(parameter or [])
    with pool():
        from kamkit.deliver import run as run_engagement
        from kamkit.deliver.delivered import delivered_lines

        result = run_engagement(
            path,
            steps=steps or None,
            out=out,
            parameters=values,
            account=account,
            anonymise=anonymise,
            jobs=jobs,
            force=force,
            languages=lang or None,
        )
    for message in result.messages:
        typer.echo(message, err=True)
    for line in delivered_lines(result):
        typer.echo(line)
    if not result.succeeded:
        raise typer.Exit(1)


@app.command()
def doctor() -> None:
    """Say what this machine can make and what it can't, and how to mend it."""
    from kamkit.deliver.doctor import examine

    found = examine()
    _doctor_table(found)
    if not all(one.ok for one in found if one.vital):
        raise typer.Exit(1)


@app.command()
def lab(path: Folder) -> None:
    """Open the engagement in JupyterLab."""
    import importlib.util
    import subprocess

    if importlib.util.find_spec("jupyterlab") is None:
        raise KamkitError("JupyterLab is not installed", remedy="pip install 'kamkit[workshop]'")
    if not path.is_dir():
        raise KamkitError(f"there is no folder {path}", remedy=f"kamkit new {path}")
    raise typer.Exit(subprocess.call([sys.executable, "-m", "jupyterlab", f"--notebook-dir={path}"]))


@app.command()
def workshop(
    path: Folder,
    port: Annotated[int, typer.Option(help="Port of the panels, on this machine alone.")] = 8779,
    browser: Annotated[bool, typer.Option(help="Open the page.")] = True,
    vote: Annotated[bool, typer.Option("--vote", help="Hold a blind voting beside the panels.")] = False,
    instrument: Annotated[str, typer.Option(help="What is voted with.")] = "attractiveness",
    subjects: Annotated[str, typer.Option(help="What is voted on, such as 10192,10044.")] = "",
    lan: Annotated[bool, typer.Option("--lan", help="Let phones in the room's network vote.")] = False,
    address: Annotated[str, typer.Option(help="This machine's address in that network.")] = "",
    vote_port: Annotated[int, typer.Option(help="Port of the voting page.")] = 8780,
) -> None:
    """Show the what-if panels on one page, until Ctrl-C; with --vote the voting, too."""
    from kamkit.workshop.server.command import hold_workshop
    from kamkit.workshop.server.options import Options as Shown
    from kamkit.workshop.voting.options import Options as Voting

    wanted = tuple(part.strip() for part in subjects.split(",") if part.strip())
    room = lan or bool(address)
    voting = Voting(path, instrument, wanted, "replaced", room, address, vote_port) if vote or room else None
    hold_workshop(Shown(path, port), voting, browser, typer.echo)


@app.command()
def vote(
    path: Folder,
    instrument: Annotated[str, typer.Option(help="Instrument of the table criteria.")] = "attractiveness",
    subjects: Annotated[str, typer.Option(help="What is voted on, such as 10192,10044.")] = "",
    lan: Annotated[bool, typer.Option("--lan", help="Let phones in the room's network vote.")] = False,
    address: Annotated[str, typer.Option(help="This machine's address in that network.")] = "",
    port: Annotated[int, typer.Option(help="Port of the page.")] = 8780,
    add: Annotated[bool, typer.Option("--add", help="Keep earlier answers beside the votes.")] = False,
    discard: Annotated[str, typer.Option(help="Let a voting, such as W1, count for nothing.")] = "",
    by: Annotated[str, typer.Option(help="Who discards it.")] = "",
    why: Annotated[str, typer.Option(help="Why it is discarded.")] = "",
) -> None:
    """Let the room vote blind on phones and laptops, until Ctrl-C."""
    from kamkit.workshop.voting.command import discard_voting, hold_voting
    from kamkit.workshop.voting.options import Options

    if discard:
        typer.echo(discard_voting(path, discard, by=by, why=why))
        return
    wanted = tuple(part.strip() for part in subjects.split(",") if part.strip())
    earlier = "kept" if add else "replaced"
    hold_voting(Options(path, instrument, wanted, earlier, lan or bool(address), address, port), typer.echo)


@app.command()
def decisions(
    path: Folder,
    which: Annotated[str, typer.Argument(help="Show this one in full, by key or id.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Superseded and withdrawn ones, too.")] = False,
    flips: Annotated[
        bool, typer.Option("--flips", help="Say which would come out differently on today's numbers.")
    ] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take WHICH back.")] = False,
    by: Annotated[str, typer.Option(help="Who withdraws it.")] = "",
    why: Annotated[str, typer.Option(help="Why it is withdrawn.")] = "",
) -> None:
    """List what was decided, show one decision, or say which would come out differently today."""
    from kamkit.engagement import decisions as log
    from kamkit.engagement.decisions import listing

    for problem in log.read(path)[1]:
        typer.echo(str(problem), err=True)
    if withdraw:
        undone = log.withdraw(path, which, by=by, why=why)
        typer.echo(f"{undone.key} ({undone.withdraws}) is withdrawn.")
    elif which:
        typer.echo("\n".join(listing.one(path, which)))
    elif not (rows := listing.rows(path, everything)):
        typer.echo("No decision has been recorded.")
    elif flips:
        _table(listing.TODAY, _flips(path))
    else:
        _table(listing.COLUMNS, rows)


def _flips(path: Path) -> list[tuple[str, ...]]:
    import kamkit
    from kamkit.engagement.decisions.listing import today_rows
    from kamkit.engagement.decisions.standing import standing
    from kamkit.locale import use_language

    engagement = kamkit.open(path, anonymise=False)
    use_language("en")
    return today_rows(standing(engagement))


def _doctor_table(found: list[Finding]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table("", "What", "Found", "Without it", "What to do", box=box.SIMPLE_HEAD, pad_edge=False)
    for one in found:
        mark = Text("ok", "green") if one.ok else Text("missing", "bold red" if one.vital else "yellow")
        told = ("", "") if one.ok else (f"no {one.needed_for}", one.remedy)
        table.add_row(mark, Text(one.what), Text(one.found), *(Text(t) for t in told))
    _console().print(table)


def _counted(number: int, severity: str) -> str:
    return f"{number} {severity}{'' if number == 1 or severity == 'fatal' else 's'}"


def _parameters(pairs: list[str]) -> dict[str, str]:
    wrong = [p for p in pairs if "=" not in p]
    if wrong:
        raise ParameterError(
            f"{wrong[0]!r} is not of the form KEY=VALUE", where="-p", remedy="write -p threshold=0.5"
        )
    return dict(p.split("=", 1) for p in pairs)


def _console() -> Console:
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 160, highlight=False, soft_wrap=False)


def _problem_table(problems: list[Problem]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    if not problems:
        return
    colour = {"fatal": "bold red", "warning": "yellow", "note": "dim"}
    table = Table(
        "",
        "File",
        "Row",
        "Column",
        "Value",
        "What is wrong",
        "What to do",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    for p in problems:
        what = f"{p.what} ({p.count} rows)" if p.count > 1 else p.what
        cells = (p.file, str(p.row or ""), p.column, p.value, what, p.remedy)
        table.add_row(Text(p.severity, colour[p.severity]), *(Text(str(c)) for c in cells))
    _console().print(table)


def _offer_lines(problems: list[Problem]) -> None:
    """Settings that may mend what was found, in one piece, as a table's cells can't be copied."""
    from kamkit.engagement.problems import settling_lines

    if lines := settling_lines(problems):
        typer.echo(
            "For engagement.toml, where it is right (a section that stands there already takes the lines):\n"
        )
        typer.echo("\n".join(lines) + "\n")


def _table(columns: Sequence[str], rows: Sequence[tuple[str, ...]]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*map(Text, row))
    _console().print(table)


def main() -> None:
    """Entry point: a mistake of the user's is a sentence on stderr and exit code 1, never a traceback."""
    try:
        _answer()
    except SystemExit as end:
        from kamkit.kernels import finish, leave

        finish()
        leave(end.code if isinstance(end.code, int) else int(end.code is not None))


def _answer() -> None:
    _write_what_can_be_written()
    try:
        app()
    except KamkitError as error:
        typer.echo(str(error), err=True)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        typer.echo("Interrupted; what was there before is untouched.", err=True)
        raise SystemExit(130) from None
    except Exception as error:
        typer.echo(f"A fault of kamkit's own: {type(error).__name__}: {error}", err=True)
        typer.echo(f"What happened is in {_error_log()}; please report it. Nothing was changed.", err=True)
        raise SystemExit(2) from None


def _write_what_can_be_written() -> None:
    """A letter that the console's encoding lacks is told by its number; Windows' own lack many."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _error_log() -> Path:
    """The traceback in a file of its own, for the report of the fault."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", prefix="kamkit-", suffix=".log", delete=False, encoding="utf-8"
    ) as log:
        traceback.print_exc(file=log)
    return Path(log.name)


if __name__ == "__main__":
    main()
