"""Keys of decisions: what each allows, and that no notebook asks for one that nobody has described."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from kamkit.engagement import decisions
from kamkit.engagement.decisions import keys
from kamkit.engagement.decisions.keys import KEYS
from kamkit.errors import ParameterError, UnitError

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


def code_of(notebook: Path) -> ast.Module:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = ("".join(c["source"]) for c in cells if c["cell_type"] == "code")
    return ast.parse(
        "\n".join(line for text in code for line in text.splitlines() if not line.startswith("%"))
    )


def is_decision(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "decision"


def aliases(tree: ast.Module) -> set[str]:
    """Names under which a notebook keeps ``engagement.decision``."""
    found = set()
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Tuple)
            and isinstance(node.value, ast.Tuple)
        ):
            pairs = zip(node.targets[0].elts, node.value.elts, strict=False)
            found |= {t.id for t, v in pairs if is_decision(v) and isinstance(t, ast.Name)}
        elif isinstance(node, ast.Assign) and is_decision(node.value):
            found |= {t.id for t in node.targets if isinstance(t, ast.Name)}
    return found


def asked(notebook: Path) -> dict[str, ast.expr | None]:
    """Keys that a notebook asks for, and the default it gives."""
    tree = code_of(notebook)
    names = aliases(tree)
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call)]
    mine = [c for c in calls if is_decision(c.func) or (isinstance(c.func, ast.Name) and c.func.id in names)]
    return {c.args[0].value: (c.args[1] if len(c.args) > 1 else None) for c in mine}


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda p: p.stem)
def test_every_key_that_a_notebook_asks_for_is_described(notebook):
    unknown = set(asked(notebook)) - set(KEYS)
    assert not unknown, f"describe {sorted(unknown)} in kamkit/engagement/decisions/keys.py"
    elsewhere = {k for k in asked(notebook) if KEYS[k].step != notebook.stem}
    shared = {k for n in NOTEBOOKS for k in asked(n) if KEYS.get(k) and KEYS[k].step == n.stem}
    assert elsewhere <= shared, f"{elsewhere} are described under another step that does not ask for them"


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda p: p.stem)
def test_the_defaults_of_the_notebooks_are_allowed_or_worded(notebook):
    for key, default in asked(notebook).items():
        try:
            value = None if default is None else ast.literal_eval(default)
        except ValueError:
            continue
        if key not in KEYS:
            continue  # the test above names it
        if value is None:
            assert KEYS[key].default, f"say in words what holds where {key} is not decided"
        else:
            decisions.require_allowed(key, value)


def test_no_key_is_described_that_nothing_asks_for():
    everything = {key for notebook in NOTEBOOKS for key in asked(notebook)}
    package = NOTEBOOKS[0].parents[1] / "kamkit"
    code = "".join(
        p.read_text(encoding="utf-8")
        for room in ("deliver", "workshop")
        for p in (package / room).rglob("*.py")
    )
    assert not {key for key in set(KEYS) - everything if f'"{key}"' not in code}


def test_an_agreement_is_what_panels_decide_and_no_notebook_asks_for():
    asked_for = {key for notebook in NOTEBOOKS for key in asked(notebook)}
    panels = NOTEBOOKS[0].parents[1] / "kamkit" / "workshop" / "panels"
    code = "".join(p.read_text(encoding="utf-8") for p in panels.glob("*.py"))
    decided = {key for key in KEYS if f'"{key}"' in code}
    assert {key for key in KEYS if KEYS[key].is_intent} == decided - asked_for


def test_no_key_is_described_twice():
    assert len(keys._ALL) == len(KEYS)


ALLOWED = [
    ("choice.uplift", 0.1), ("choice.uplift", 0), ("choice.cuts", [0.6, -0.5]), ("choice.mandatory", []),
    ("choice.mandatory", ["10042", "10044"]), ("choice.hours", 4800), ("segments.number", 4), ("seed", 0),
    ("segments.themes", {"service": ["response_time"]}), ("required_return", 0.12),
    ("service_levels", {"cost_efficient": {"cost_change": -0.4}}), ("case_ranges", {"uplift": [0.5, 1, 1.2]}),
    ("offers.target_share", 0.4), ("offers.target_share", {"valves": 0.4, "pumps": 0.5}), ("offers.fit", 1),
    ("offers.certainty", {"A": 1, "D": 0.25}), ("opportunities.effort", {"proposal": 20}), ("opportunities.effort", 40),
    ("risk.probability", {"10042": 0.2}), ("risk.reputation", {"10042": {"grade": "high", "reason": "known"}}),
    ("scorecard.parts", {"profit": [0.5, 0, 1], "growth": [0.5, -0.1, 0.2]}), ("plan.accounts", ["10042"]),
    ("relationships.executive_roles", ["Sponsor"]), ("improve.backlog", {"roles": {"owner": "A. Tamm"}}),
    ("programme_cost", 60_000), ("a key of our own", {"anything": None}),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value"), ALLOWED)
def test_what_a_key_allows_is_recorded(tmp_path, key, value):
    decisions.record(tmp_path, key, value, by="x", why="y")
    assert decisions.in_force(tmp_path)[key] == value


REFUSED = [
    ("choice.uplift", 10), ("choice.uplift", "0.1"), ("choice.uplift", True), ("choice.uplift", float("nan")),
    ("choice.uplift", None), ("choice.cuts", [0.5]), ("choice.cuts", [50, 0]), ("choice.cuts", "ab"),
    ("choice.mandatory", "10042"), ("choice.mandatory", [10042]), ("choice.mandatory", ["a", "a"]),
    ("choice.hours", -1), ("choice.hours", float("inf")), ("segments.number", 1), ("segments.number", 2.5),
    ("segments.themes", {}), ("segments.themes", {"service": []}), ("segments.themes", ["price"]),
    ("required_return", 9), ("service_levels", {"gold": {}}), ("service_levels", {"exit": {"discount": 0.1}}),
    ("service_levels", {"exit": {"cost_change": -40}}), ("service_levels", 3), ("case_ranges", {"uplift": [3, 2, 1]}),
    ("case_ranges", {"luck": [1, 1, 1]}), ("offers.target_share", {"valves": 40}), ("offers.target_share", [0.4]),
    ("offers.certainty", 0.5), ("risk.probability", 0.2), ("risk.probability", {"10042": 20}),
    ("risk.reputation", {"10042": "high"}), ("scorecard.parts", {"profit": [0.5, 0, 1]}), ("scorecard.parts", {}),
    ("relationships.executive_roles", "Sponsor"), ("opportunities.effort", {"proposal": -1}), ("offers.fit", {"valves": 1.2}), ("improve.backlog", ["x"]), ("programme_cost", -5), ("seed", 1.5),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value"), REFUSED)
def test_what_a_key_does_not_allow_is_refused_and_nothing_is_written(tmp_path, key, value):
    with pytest.raises((ParameterError, UnitError)) as error:
        decisions.record(tmp_path, key, value, by="x", why="y")
    assert error.value.where == key
    assert error.value.allowed
    assert not (tmp_path / decisions.FILE).exists()


def test_percent_is_named_as_percent(tmp_path):
    with pytest.raises(UnitError, match=r"12% is written 0\.12"):
        decisions.record(tmp_path, "required_return", 12, by="x", why="y")


@pytest.mark.parametrize("slip", ["required_retrun", "choice.uplfit", "Choice.Uplift", "choice.hour"])
def test_a_slip_of_the_pen_in_a_key_is_refused(tmp_path, slip):
    with pytest.raises(ParameterError, match="no step reads"):
        decisions.record(tmp_path, slip, 0.1, by="x", why="y")


def test_a_value_written_by_hand_that_is_not_allowed_forbids_the_run(tmp_path):
    line = {"key": "choice.uplift", "value": 15, "by": "x", "why": "y"}
    (tmp_path / decisions.FILE).write_text(json.dumps(line) + "\n")
    [problem] = decisions.read(tmp_path)[1]
    assert (problem.severity, problem.column) == ("fatal", "choice.uplift")
    decisions.record(tmp_path, "choice.uplift", 0.15, by="x", why="y")
    assert decisions.read(tmp_path)[1] == []
