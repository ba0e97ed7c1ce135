"""The explanation of a criterion for one entity: every clause with its values, its answer and its next flip (C5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from graph.clock import epoch_ms, from_epoch_ms
from graph.criteria.numbering import Numbered, numbered
from graph.criteria.tree import Criterion, Did, Not, Quantified
from graph.criteria.verdicts import Fetched, Verdict, decode, judge

__all__ = ["Explanation", "ExplanationNode", "explain"]

_MOST_EXAMPLES = 5


@dataclass(frozen=True)
class ExplanationNode:
    """One clause. `parent` is the index of the clause above it, None for the root.

    `actual` is the value, a map of several values by name, or the count of events.
    At a clause about others and below it, `actual` says for how many of them it holds.
    Below it, `holds` is true if it holds for at least one.
    `unknown` is true if the answer stands only because a value is unknown.
    """

    parent: int | None
    clause: str
    holds: bool
    actual: Any
    flips_at: datetime | None
    unknown: bool


@dataclass(frozen=True)
class Explanation:
    """The answer, a text for people, and the clauses, parents first."""

    holds: bool
    text: str
    nodes: tuple[ExplanationNode, ...]


def explain(criterion: Criterion, fetched: Fetched, now: datetime) -> Explanation:
    """Return why the criterion holds or not, from the map that `compile_explanation` fetched at `now`."""
    nodes: list[ExplanationNode] = []
    root = numbered(criterion.root)
    _describe(root, [decode(root, fetched)], None, epoch_ms(now), nodes)
    return Explanation(nodes[0].holds, "\n".join(_lines(nodes)), tuple(nodes))


def _describe(
    node: Numbered,
    rows: Sequence[Fetched],
    parent: int | None,
    now: int,
    nodes: list[ExplanationNode],
    *,
    about_others: bool = False,
) -> None:
    """Add a clause and all below it, with the values of one entity or, `about_others`, of several."""
    shown, verdicts = _shown_clause(node), [judge(node, row, now) for row in rows]
    holds = any(verdict.holds for verdict in verdicts)
    unknown = bool(verdicts) and all(verdict.certain is None for verdict in verdicts if verdict.holds == holds)
    flips = [flip for row in rows for flip in _flips(node, row, now)]
    actual = _tally(rows, verdicts) if about_others else _actual(shown, rows[0], now)
    place = len(nodes)
    flips_at = from_epoch_ms(min(flips)) if flips else None
    nodes.append(ExplanationNode(parent, node.clause.text, holds, actual, flips_at, unknown))
    leads_to_others = isinstance(shown.clause, Quantified)
    below = [row for outer in rows for row in outer[f"s{shown.number}"]] if leads_to_others else rows
    for part in shown.parts:
        _describe(part, below, place, now, nodes, about_others=about_others or leads_to_others)


def _shown_clause(node: Numbered) -> Numbered:
    """The clause that is shown: `a != b` is a negation of `a = b` in the same words, and one line."""
    if isinstance(node.clause, Not) and node.parts[0].clause.text == node.clause.text:
        return node.parts[0]
    return node


def _actual(node: Numbered, row: Fetched, now: int) -> Any:
    match node.clause:
        case Quantified():
            others = row[f"s{node.number}"]
            return _tally(others, [judge(node.parts[0], each, now) for each in others])
        case Did():
            return row[f"v{node.number}"][0]
    values = [_shown_value(value) for value in row.get(f"v{node.number}", [])]
    if len(values) < 2:
        return values[0] if values else None
    return dict(zip((each.definition.name for each in node.attributes), values, strict=True))


def _tally(rows: Sequence[Fetched], verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Return for how many of how many it holds, and the names of some of them."""
    holding = [row.get("name") for row, verdict in zip(rows, verdicts, strict=True) if verdict.holds]
    return {"holds_for": len(holding), "of": len(rows), "examples": holding[:_MOST_EXAMPLES]}


def _shown_value(value: Any) -> Any:
    if isinstance(value, list):
        return [_shown_value(each) for each in value]
    return _iso(value) if isinstance(value, date) else value


def _flips(node: Numbered, row: Fetched, now: int) -> Iterator[int]:
    own = row.get(f"f{node.number}")
    if own is not None and own > now:
        yield own
    if not isinstance(node.clause, Quantified):
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
    return f"{answer}{because}{until}: {node.clause}{_actual_words(node.actual)}"


def _actual_words(actual: Any) -> str:
    match actual:
        case None:
            return ""
        case {"holds_for": holds_for, "of": total, "examples": examples}:
            names = f" ({', '.join(str(name) for name in examples)})" if examples else ""
            return f" — {holds_for} of {total}{names}"
        case dict():
            return " — " + ", ".join(f"{name} is {_word(value)}" for name, value in actual.items())
    return f" — is {_word(actual)}"


def _word(value: Any) -> str:
    if value is None:
        return "unknown"
    return f"'{value}'" if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def _iso(time: date) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z") if isinstance(time, datetime) else time.isoformat()
