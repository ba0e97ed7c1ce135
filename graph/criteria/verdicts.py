"""The verdict on a criterion from fetched values, in Python: for explanations and back-tests.

A verdict says whether a clause holds (C1, two-valued), and whether that is certain.
It is uncertain where an unknown value, could it be known, might turn it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never

from graph.clock import epoch_ms
from graph.criteria.conditions import as_many
from graph.criteria.numbering import Numbered, numbered
from graph.criteria.transport import decoded
from graph.criteria.tree import (
    And,
    Criterion,
    Did,
    HowMany,
    Not,
    Or,
    Quantified,
)

__all__ = ["Fetched", "Verdict", "decode", "evaluate", "judge"]

Fetched = Mapping[str, Any]
"""The map that `compile_explanation` fetches of one node: `v3` are the values of clause 3.

For a clause about others, `s3` are the maps of these."""


@dataclass(frozen=True)
class Verdict:
    """The answer to a clause, and the answer that is certain whatever the unknown values are (None: neither is)."""

    holds: bool
    certain: bool | None


def evaluate(criterion: Criterion, fetched: Fetched, now: datetime) -> bool:
    """Return whether the criterion holds for the values fetched at `now`."""
    root = numbered(criterion.root)
    return judge(root, decode(root, fetched), epoch_ms(now)).holds


def decode(node: Numbered, fetched: Fetched) -> Fetched:
    """Return the same map with the values of a clause, and of all below it, as Python knows them."""
    values = dict(fetched)
    _decode(node, values)
    return values


def _decode(node: Numbered, values: dict[str, Any]) -> None:
    match node.clause:
        case Quantified():
            key = f"s{node.number}"
            values[key] = [decode(node.parts[0], row) for row in values[key]]
        case Did():
            pass  # a number of events
        case _:
            key = f"v{node.number}"
            if key in values:
                pairs = zip(node.attributes, values[key], strict=True)
                values[key] = [decoded(attribute.type, value) for attribute, value in pairs]
            for part in node.parts:
                _decode(part, values)


def judge(node: Numbered, values: Fetched, now: int) -> Verdict:
    """Return the verdict on a clause from decoded values; `now` in epoch milliseconds."""
    match node.clause:
        case Or():
            return _any([judge(part, values, now) for part in node.parts])
        case And():
            return _opposite(_any([_opposite(judge(part, values, now)) for part in node.parts]))
        case Not():
            return _opposite(judge(node.parts[0], values, now))
        case Quantified():
            return _over(node.clause, [judge(node.parts[0], row, now) for row in values[f"s{node.number}"]])
        case Did():
            return _sure(as_many(node.clause.times, values[f"v{node.number}"][0]))
        case _:
            answer = node.condition(values.get(f"v{node.number}", ()), now)
            return Verdict(answer is True, answer)


def _sure(holds: bool) -> Verdict:
    return Verdict(holds, holds)


def _opposite(verdict: Verdict) -> Verdict:
    return Verdict(not verdict.holds, None if verdict.certain is None else not verdict.certain)


def _any(verdicts: Sequence[Verdict]) -> Verdict:
    certainties = [verdict.certain for verdict in verdicts]
    certain = True if True in certainties else None if None in certainties else False
    return Verdict(any(verdict.holds for verdict in verdicts), certain)


def _over(clause: Quantified, verdicts: Sequence[Verdict]) -> Verdict:
    match clause.quantifier:
        case "any":
            return _any(verdicts)
        case "no":
            return _opposite(_any(verdicts))
        case "all":
            return _opposite(_any([_opposite(verdict) for verdict in verdicts])) if verdicts else _sure(False)
        case HowMany() as how_many:
            return _counted(how_many, verdicts)
        case _:
            assert_never(clause.quantifier)


def _counted(how_many: HowMany, verdicts: Sequence[Verdict]) -> Verdict:
    holding = sum(verdict.holds for verdict in verdicts)
    least = sum(verdict.certain is True for verdict in verdicts)
    most = least + sum(verdict.certain is None for verdict in verdicts)
    answers = {as_many(how_many, count) for count in range(least, most + 1)}
    return Verdict(as_many(how_many, holding), answers.pop() if len(answers) == 1 else None)
