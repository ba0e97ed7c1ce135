"""The meaning of values, and of clauses that compare them, in Python. It is stated here once.

Closures and verdicts compile with these functions. They differ only in the source from which an attribute is read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, assert_never

from graph.clock import epoch_ms, from_epoch_ms
from graph.criteria.operators import TEXT_TESTS, comparison
from graph.criteria.spans import is_within
from graph.criteria.tree import (
    Among,
    Arithmetic,
    ArithmeticOperator,
    Attribute,
    Compare,
    Comparing,
    Contains,
    DayOf,
    HasValue,
    HowMany,
    Literal,
    Occurred,
    Span,
    Truth,
    Value,
)

__all__ = ["Condition", "Read", "as_many", "compile_condition", "compile_read", "literal_value"]

Source = TypeVar("Source")
Read = Callable[[Source], Any]
"""Reads one value: a number, text, date, aware datetime or list; None where it is unknown."""
Condition = Callable[[Source, int], "bool | None"]
"""Whether a clause holds at an instant in epoch milliseconds; None where a value is unknown."""
ReadOf = Callable[[Attribute | Occurred], Read[Source]]
"""Gives the function that reads an attribute, or the time of an event, from the source."""


def compile_condition(clause: Comparing, read_of: ReadOf[Source]) -> Condition[Source]:
    """Return the function that answers for a clause. It asks `read_of` for attributes from left to right."""
    match clause:
        case Compare():
            return _compare(comparison(clause.operator), clause.left, clause.right, read_of)
        case Contains():
            return _compare(TEXT_TESTS[clause.operator].python, clause.value, clause.part, read_of)
        case Among():
            choices = [literal_value(choice) for choice in clause.choices]
            read = compile_read(clause.value, read_of)
            return lambda source, _: None if (known := read(source)) is None else known in choices
        case Truth():
            read = compile_read(clause.value, read_of)
            return lambda source, _: read(source)
        case Span():
            read = compile_read(clause.value, read_of)
            return lambda source, now: None if (known := read(source)) is None else is_within(clause, known, now)
        case HasValue():
            read = compile_read(clause.value, read_of)
            return lambda source, _: read(source) not in (None, [])
        case _:
            assert_never(clause)


def compile_read(value: Value, read_of: ReadOf[Source]) -> Read[Source]:
    """Return the function that reads a value."""
    match value:
        case Attribute() | Occurred():
            return read_of(value)
        case Literal():
            constant = literal_value(value)
            return lambda _: constant
        case DayOf():
            moment = compile_read(value.value, read_of)
            return lambda source: None if (at := moment(source)) is None else at.date()
        case Arithmetic():
            return _arithmetic(value.operator, compile_read(value.left, read_of), compile_read(value.right, read_of))
        case _:
            assert_never(value)


def literal_value(literal: Literal) -> Any:
    """Return the value of a literal. A datetime has whole milliseconds, as those that the engine sends."""
    if literal.type == "datetime":
        return from_epoch_ms(epoch_ms(literal.value))  # type: ignore[arg-type]
    return literal.value


def as_many(how_many: HowMany, count: int) -> bool:
    """Return whether a count is one that `how_many` allows."""
    return comparison(how_many.operator)(count, how_many.count)


def _compare(test: Callable[[Any, Any], bool], left: Value, right: Value, read_of: ReadOf[Source]) -> Condition[Source]:
    read_left, read_right = compile_read(left, read_of), compile_read(right, read_of)

    def condition(source: Source, now: int) -> bool | None:  # noqa: ARG001 - time plays no part
        one, other = read_left(source), read_right(source)
        return None if one is None or other is None else test(one, other)

    return condition


def _arithmetic(sign: ArithmeticOperator, read_left: Read[Source], read_right: Read[Source]) -> Read[Source]:
    """Arithmetic in floating point; unknown where a part is, or on division by zero (C1)."""
    calculate = _calculation(sign)

    def read(source: Source) -> float | None:
        left, right = read_left(source), read_right(source)
        return None if left is None or right is None else calculate(float(left), float(right))

    return read


def _calculation(sign: ArithmeticOperator) -> Callable[[float, float], float | None]:
    match sign:
        case "+":
            return lambda left, right: left + right
        case "-":
            return lambda left, right: left - right
        case "*":
            return lambda left, right: left * right
        case "/":
            return lambda left, right: None if right == 0 else left / right
        case _:
            assert_never(sign)
