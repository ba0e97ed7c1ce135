"""What a criterion says of values already met, in Python: the other half of the explanation.

Every clause has two answers: whether it holds (C1, two-valued), and whether that is certain. A clause is uncertain
where an unknown value, could it be known, might turn it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from graph.clock import epoch_ms, from_epoch_ms
from graph.criteria.met import Numbered, numbered
from graph.criteria.spans import spans
from graph.criteria.tree import (
    Among,
    And,
    Arithmetic,
    Attribute,
    Clause,
    Compare,
    Contains,
    Criterion,
    DayOf,
    Did,
    HasValue,
    HowMany,
    Literal,
    Not,
    Or,
    Span,
    Step,
    Truth,
    Value,
)

__all__ = [
    "COMPARISONS",
    "Met",
    "Verdict",
    "as_many",
    "calculated",
    "contains",
    "evaluate",
    "judge",
    "known",
    "written",
]

Met = Mapping[str, Any]
"""What `compile_explanation` fetched."""

COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


@dataclass(frozen=True)
class Verdict:
    """Whether a clause holds, and what would be certain whatever the unknown values are (None: nothing)."""

    holds: bool
    certain: bool | None


def evaluate(criterion: Criterion, met: Met, now: datetime) -> bool:
    """Whether the criterion holds for the values met at `now`."""
    return judge(numbered(criterion.root), met, epoch_ms(now)).holds


def judge(node: Numbered, met: Met, now: int) -> Verdict:
    """The verdict on a clause; `now` in epoch milliseconds."""
    match node.clause:
        case Or():
            return _any([judge(part, met, now) for part in node.parts])
        case And():
            return _opposite(_any([_opposite(judge(part, met, now)) for part in node.parts]))
        case Not():
            return _opposite(judge(node.parts[0], met, now))
        case Step():
            return _over(node.clause, [judge(node.parts[0], row, now) for row in met[f"s{node.number}"]])
        case Did():
            return _sure(as_many(node.clause.times, met[f"v{node.number}"][0]))
    return _leaf(node.clause, met.get(f"v{node.number}", []), now)


def _sure(holds: bool) -> Verdict:
    return Verdict(holds, holds)


def _opposite(verdict: Verdict) -> Verdict:
    return Verdict(not verdict.holds, None if verdict.certain is None else not verdict.certain)


def _any(verdicts: Sequence[Verdict]) -> Verdict:
    certainties = [verdict.certain for verdict in verdicts]
    certain = True if True in certainties else None if None in certainties else False
    return Verdict(any(verdict.holds for verdict in verdicts), certain)


def _over(step: Step, verdicts: Sequence[Verdict]) -> Verdict:
    match step.quantifier:
        case "any":
            return _any(verdicts)
        case "no":
            return _opposite(_any(verdicts))
        case "all":
            return _opposite(_any([_opposite(verdict) for verdict in verdicts])) if verdicts else _sure(False)
        case HowMany() as how_many:
            holding = sum(verdict.holds for verdict in verdicts)
            least = sum(verdict.certain is True for verdict in verdicts)
            most = least + sum(verdict.certain is None for verdict in verdicts)
            answers = {as_many(how_many, count) for count in range(least, most + 1)}
            return Verdict(as_many(how_many, holding), answers.pop() if len(answers) == 1 else None)


def as_many(how_many: HowMany, count: int) -> bool:
    """Whether a count is as it should be."""
    return COMPARISONS[how_many.operator](count, how_many.count)


# ---------------------------------------------------------------- clauses that compare


def _leaf(clause: Clause, values: Sequence[Any], now: int) -> Verdict:
    met = iter(values)
    if isinstance(clause, HasValue):
        return _sure(next(met) not in (None, []))
    answer = _condition(clause, met, now)
    return Verdict(answer is True, answer)


def _condition(clause: Clause, met: Iterator[Any], now: int) -> bool | None:
    """Whether a clause holds; None where a value is unknown."""
    match clause:
        case Compare():
            left, right = known(clause.left, met), known(clause.right, met)
            return None if left is None or right is None else COMPARISONS[clause.operator](left, right)
        case Among():
            value = known(clause.value, met)
            return None if value is None else value in [written(choice) for choice in clause.choices]
        case Contains():
            value, part = known(clause.value, met), known(clause.part, met)
            return None if value is None or part is None else contains(clause.operator, value, part)
        case Truth():
            truth = known(clause.value, met)
            return None if truth is None else truth is True
        case Span():
            value = known(clause.value, met)
            return None if value is None else spans(clause, value, now)
    raise TypeError(f"not a condition: {clause}")


def contains(how: str, value: Any, part: Any) -> bool:
    """Whether text holds, starts or ends with a text, or a list has a member."""
    if how == "contains":
        return part in value
    return bool(value.startswith(part) if how == "starts with" else value.endswith(part))


def known(value: Value, met: Iterator[Any]) -> Any:
    """The value: a number, text, date, instant as datetime, list; None where unknown. Takes what it needs of `met`."""
    match value:
        case Literal():
            return written(value)
        case Attribute():
            return _read(value.type, next(met))
        case DayOf():
            instant = known(value.value, met)
            return None if instant is None else instant.date()
        case Arithmetic():
            return calculated(value, known(value.left, met), known(value.right, met))
    raise TypeError(f"not a value of an entity: {value}")


def written(literal: Literal) -> Any:
    """The value of a literal; a datetime in whole milliseconds."""
    if isinstance(literal.value, datetime):
        return from_epoch_ms(epoch_ms(literal.value))
    return literal.value


def _read(kind: str, met: Any) -> Any:
    if met is None:
        return None
    if kind.endswith("s"):
        return [_read(kind.removesuffix("s"), each) for each in met]
    if kind == "date":
        return date.fromisoformat(met)
    return from_epoch_ms(met) if kind == "datetime" else met


def calculated(value: Arithmetic, left: float | None, right: float | None) -> float | None:
    """The outcome of arithmetic; None where a part is unknown, or on division by zero (C1)."""
    if left is None or right is None or (value.operator == "/" and right == 0):
        return None
    return _ARITHMETIC[value.operator](float(left), float(right))
