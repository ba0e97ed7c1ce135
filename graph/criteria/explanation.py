"""Why a criterion holds or not for one entity: every clause with the values it met, and until when (C5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from graph.clock import epoch_ms, from_epoch_ms
from graph.criteria.evaluation import Met, Verdict, judge
from graph.criteria.met import Numbered, attributes, numbered
from graph.criteria.tree import Criterion, Did, Not, Step

__all__ = ["Explanation", "ExplanationNode", "explain"]

_SHOWN = 5
_BEHIND = {"member": "members", "organisation": "organisations", "parent": "parents", "child": "children"}


@dataclass(frozen=True)
class ExplanationNode:
    """One clause. `parent` is the index of the clause above it, None for the root.

    `actual` is the value met (several as a map by name), the count of events, or, at a step and below it, for how many
    it holds. Below a step `holds` says whether it holds for at least one. `unknown`: only because a value is unknown.
    """

    parent: int | None
    clause: str
    holds: bool
    actual: Any
    flips_at: datetime | None
    unknown: bool


@dataclass(frozen=True)
class Explanation:
    """The answer, the same as text for people, and the clauses, parents first."""

    holds: bool
    text: str
    nodes: tuple[ExplanationNode, ...]


def explain(criterion: Criterion, met: Met, now: datetime) -> Explanation:
    """Why the criterion holds or not, from what `compile_explanation` fetched at `now`."""
    nodes: list[ExplanationNode] = []
    root = numbered(criterion.root)
    _describe(root, [met], None, epoch_ms(now), nodes)
    return Explanation(nodes[0].holds, "\n".join(_lines(nodes)), tuple(nodes))


def _describe(
    node: Numbered,
    rows: Sequence[Met],
    parent: int | None,
    now: int,
    nodes: list[ExplanationNode],
    *,
    behind: bool = False,
) -> None:
    """Add a clause and all below it, as met in one entity or, `behind` a step, in several."""
    told, verdicts = _told(node), [judge(node, row, now) for row in rows]
    holds = any(verdict.holds for verdict in verdicts)
    unknown = bool(verdicts) and all(verdict.certain is None for verdict in verdicts if verdict.holds == holds)
    flips = [flip for row in rows for flip in _flips(node, row, now)]
    actual = _tally(rows, verdicts) if behind else _actual(told, rows[0], now)
    place = len(nodes)
    flips_at = from_epoch_ms(min(flips)) if flips else None
    nodes.append(ExplanationNode(parent, node.clause.text, holds, actual, flips_at, unknown))
    steps = isinstance(told.clause, Step)
    below = [row for outer in rows for row in outer[f"s{told.number}"]] if steps else rows
    for part in told.parts:
        _describe(part, below, place, now, nodes, behind=behind or steps)


def _told(node: Numbered) -> Numbered:
    """The clause that is shown: `a != b` is a negation of `a = b` in the same words, and one line."""
    if isinstance(node.clause, Not) and node.parts[0].clause.text == node.clause.text:
        return node.parts[0]
    return node


def _actual(node: Numbered, row: Met, now: int) -> Any:
    match node.clause:
        case Step():
            behind = row[f"s{node.number}"]
            return _tally(behind, [judge(node.parts[0], each, now) for each in behind])
        case Did():
            return row[f"v{node.number}"][0]
    named = attributes(node.clause)
    values = [_shown(a.type, v) for a, v in zip(named, row.get(f"v{node.number}", []), strict=False)]
    if len(values) < 2:
        return values[0] if values else None
    return dict(zip((a.definition.name for a in named), values, strict=True))


def _tally(rows: Sequence[Met], verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """For how many of how many it holds, and who some of them are."""
    holding = [row.get("name") for row, verdict in zip(rows, verdicts, strict=True) if verdict.holds]
    return {"holds_for": len(holding), "of": len(rows), "examples": holding[:_SHOWN]}


def _shown(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind.endswith("s"):
        return [_shown(kind.removesuffix("s"), each) for each in value]
    return _iso(from_epoch_ms(value)) if kind == "datetime" else value


def _flips(node: Numbered, row: Met, now: int) -> Iterator[int]:
    own = row.get(f"f{node.number}")
    if own is not None and own > now:
        yield own
    if not isinstance(node.clause, Step):
        for part in node.parts:
            yield from _flips(part, row, now)


# ---------------------------------------------------------------- text


def _lines(nodes: Sequence[ExplanationNode]) -> Iterator[str]:
    depths: list[int] = []
    for node in nodes:
        depths.append(0 if node.parent is None else depths[node.parent] + 1)
        yield "  " * depths[-1] + _line(node)


def _line(node: ExplanationNode) -> str:
    answer = "yes" if node.holds else "no"
    because = ", only because a value is unknown" if node.unknown else ""
    until = f", until {_iso(node.flips_at)} at least" if node.flips_at else ""
    return f"{answer}{because}{until}: {node.clause}{_found(node.actual)}"


def _found(actual: Any) -> str:
    match actual:
        case None:
            return ""
        case {"holds_for": holds_for, "of": of, "examples": examples}:
            names = f" ({', '.join(str(name) for name in examples)})" if examples else ""
            return f" — {holds_for} of {of}{names}"
        case dict():
            return " — " + ", ".join(f"{name} is {_word(value)}" for name, value in actual.items())
    return f" — is {_word(actual)}"


def _word(value: Any) -> str:
    if value is None:
        return "unknown"
    return f"'{value}'" if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def _iso(instant: date) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z") if isinstance(instant, datetime) else str(instant)
