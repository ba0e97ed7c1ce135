"""Asks questions by name: `queries/questions/*.cypher` with parameters, limits and clear errors."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import queries
from graph.clock import Clock, epoch_ms
from graph.errors import UserMistake, excerpt
from graph.references import ReferenceKind, resolve_reference
from queries import Parameter

if TYPE_CHECKING:
    from graph.engine import Graph

ROWS = 1_000
"""Rows of an answer by default."""
MOST_ROWS = 10_000
"""Rows of an answer at most."""
MOST_SECONDS = 30.0
"""Seconds for an answer."""

_FOLDER = "questions/"
_MOST = 1_000_000
_YES = frozenset({"true", "yes", "1"})
_NO = frozenset({"false", "no", "0"})
_REFERENCES: tuple[ReferenceKind, ...] = ("organisation", "person")


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its text, its parameters, its columns and its statement."""

    name: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    columns: tuple[str, ...]
    cypher: str


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """The answer to a question, in JSON values, times as text. `truncated` tells that rows were left out."""

    columns: list[str]
    rows: list[list[Any]]
    truncated: bool


def questions() -> list[Question]:
    """Return all questions, by name."""
    return [_question(s) for s in queries.all_statements() if s.name.startswith(_FOLDER)]


def find(name: str) -> Question:
    """Return the question of that name; spaces and dashes read as underscores.

    Raises UserMistake with the nearest name.
    """
    known = {question.name: question for question in questions()}
    plain = name.strip().lower().replace("-", "_").replace(" ", "_").rstrip("?")
    if plain in known:
        return known[plain]
    nearest = difflib.get_close_matches(plain, known, n=1, cutoff=0.3)
    hint = f"Did you mean {nearest[0]}?" if nearest else f"There are: {', '.join(known)}."
    raise UserMistake("UNKNOWN_QUESTION", f"There is no question {excerpt(name)}.", "question", hint=hint)


async def answer(
    graph: Graph,
    clock: Clock,
    name: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    limit: int = ROWS,
    timeout: float = MOST_SECONDS,
) -> QuestionResult:
    """Answer a question.

    Values may be JSON, or text as from a command line. `organisation` and `person` take an id, a domain or email,
    an identity written kind:value, or a name. `limit` is the most rows; a parameter `limit` of the question may
    lower it. `timeout` is in seconds. Raises UserMistake for a wrong name or value, EngineTimeout when it takes too
    long.
    """
    question = find(name)
    bound = bind(question, parameters or {})
    rows = min(bound.get("limit") or limit, limit, MOST_ROWS)
    for reference in _REFERENCES:
        if bound.get(reference) is not None:
            bound[reference] = await resolve_reference(graph, reference, bound[reference], f"parameters.{reference}")
    bound |= {"now": epoch_ms(clock.now()), "limit": rows + 1}
    found = await graph.query(question.cypher, bound, timeout=timeout)
    columns = list(question.columns)
    return QuestionResult(columns, [[as_json(row[c]) for c in columns] for row in found[:rows]], len(found) > rows)


def bind(question: Question, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the statement's parameters: given values in their types, defaults for the rest. Raises UserMistake."""
    known = {parameter.name: parameter for parameter in question.parameters}
    for name in given:
        if name not in known:
            raise _unknown_parameter(question, name, list(known))
    return {name: _value(question, parameter, given.get(name)) for name, parameter in known.items()}


def _question(s: queries.Statement) -> Question:
    parameters = tuple(p for p in s.parameters if p.name != "now")
    return Question(s.name.removeprefix(_FOLDER), s.title, s.description, parameters, s.returns, s.text)


def _unknown_parameter(question: Question, name: str, known: list[str]) -> UserMistake:
    nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"Did you mean {nearest[0]}?" if nearest else f"It takes: {', '.join(known)}."
    return UserMistake(
        "UNKNOWN_PARAMETER", f"{question.name} has no parameter {name!r}.", f"parameters.{name}", hint=hint
    )


def _value(question: Question, parameter: Parameter, given: Any) -> Any:
    """Return a value in the parameter's type; null takes the default."""
    if given is None:
        if parameter.optional:
            return parameter.default
        what = f"{question.name} needs the parameter {parameter.name!r}: {parameter.meaning}."
        raise UserMistake("MISSING_PARAMETER", what, f"parameters.{parameter.name}")
    try:
        return _TYPED[parameter.type](given)
    except ValueError as reason:
        what = f"{parameter.name} must be {reason}, not {given!r}."
        raise UserMistake("INVALID_PARAMETER", what, f"parameters.{parameter.name}") from None


def _text(given: Any) -> str:
    if not isinstance(given, str) or not given.strip():
        raise ValueError("text")
    return given.strip()


def _whole(given: Any) -> int:
    if isinstance(given, str) and given.strip().isdecimal():
        given = int(given)
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= _MOST:
        raise ValueError(f"a whole number from 1 to {_MOST:,}")
    return given


def _truth(given: Any) -> bool:
    written = str(given).strip().lower()
    if written not in _YES | _NO:
        raise ValueError("true or false")
    return written in _YES


_TYPED = {"string": _text, "int": _whole, "boolean": _truth}


def as_json(value: Any) -> Any:
    """Return a value as JSON. An instant is in UTC, `2026-11-22T10:00:00Z`, with milliseconds only where it has any."""
    if hasattr(value, "to_native"):  # an instant or a day of the driver's own
        value = value.to_native()
    if isinstance(value, datetime):
        utc = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        return utc.isoformat(timespec="milliseconds" if utc.microsecond else "seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: as_json(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(one) for one in value]
    return value
