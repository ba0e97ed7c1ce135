"""What may be compared with what (C4), and the clause that comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lark import Token, Tree

from graph.criteria import literals, times
from graph.criteria.tree import (
    NUMBERS,
    TIMES,
    Among,
    Attribute,
    Clause,
    Compare,
    Contains,
    Literal,
    Not,
    Occurred,
    Shift,
    Span,
    Value,
)
from graph.identity.canonical import is_domain, is_email, tidy

if TYPE_CHECKING:
    from graph.criteria.meaning import Reader
    from graph.criteria.naming import Scope

__all__ = ["age", "among", "beyond", "beyond_age", "comparison", "contains", "describe", "during", "operator", "when"]

_OPERATORS = {"==": "=", "<>": "!=", "≠": "!=", "≤": "<=", "≥": ">="}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_SINGULAR = {"texts": "text", "integers": "integer", "floats": "float", "booleans": "boolean"} | {
    "dates": "date",
    "datetimes": "datetime",
}
_NAMES = {
    "integer": "a number",
    "float": "a number",
    "boolean": "true or false",
    "text": "text",
    "json": "a nested value",
}


def describe(kind: str) -> str:
    """A type as people say it."""
    return _NAMES.get(kind) or (f"a list of {kind}" if kind in _SINGULAR else f"a {kind}")


def operator(at: Any) -> str:
    """The comparison that a token or a `comparator` says: one of = != < <= > >=."""
    tokens = [at] if isinstance(at, Token) else list(at.children)
    kinds = [token.type for token in tokens]
    named = {"MORE_THAN": ">", "LESS_THAN": "<"}.get(kinds[0])
    if kinds[0] == "IS":
        return "!=" if "NOT" in kinds else "="
    return named or _OPERATORS.get(str(tokens[0]), str(tokens[0]))


def beyond(word: Any) -> str:
    """`before` is <, `after` is >."""
    return "<" if word.type == "BEFORE" else ">"


def _negating(text: str, sign: str, clause: Any) -> Clause:
    """The clause of a comparison; `!=` is plain negation of `=` (C1)."""
    return Not(text, clause("=")) if sign == "!=" else clause(sign)


# ---------------------------------------------------------------- comparisons


def comparison(
    reader: Reader, tree: Any, left: Any, sign: str, right: Any, scope: Scope, *, time: bool = False
) -> Clause:
    """`left sign right`, either of which may be relative to now."""
    if _is_relative(left) and not _is_relative(right):
        left, right, sign = right, left, _MIRRORED.get(sign, sign)
    read = reader.time if time or _is_relative(right) else reader.value
    value = read(left, scope)
    if _is_relative(right):
        return against_now(reader, tree, value, sign, right)
    other = reader.time(right, scope) if time else reader.value(right, scope)
    value, other = _alike(reader, left, value, right, other)
    _check_order(reader, tree, sign, value)
    return _negating(reader.words(tree), sign, lambda s: Compare(reader.words(tree), s, value, other))


def _is_relative(tree: Any) -> bool:
    return isinstance(tree, Tree) and tree.data in {"now", "day_word"}


def against_now(reader: Reader, tree: Any, value: Value, sign: str, right: Any) -> Clause:
    """Compared with now, today, yesterday or tomorrow."""
    text = reader.words(tree)
    if right.data == "now" and value.type == "datetime":
        if sign in {"=", "!="}:
            reader.refuse(right, "an instant is never exactly now", hint="Write today, or a comparison with < or >.")
        return times.against_moment(text, sign, value, Shift())
    word = "today" if right.data == "now" else str(right.children[0]).lower()
    return _negating(text, sign, lambda s: times.against_day(text, s, value, word))


def _alike(reader: Reader, left: Any, a: Value, right: Any, b: Value) -> tuple[Value, Value]:
    """Both values as ones that can be compared; text written for a date is read as one, for an email as it is kept."""
    a, b = _tidied(_dated(reader, left, a, b), b), _tidied(_dated(reader, right, b, a), a)
    for place, value in ((left, a), (right, b)):
        if value.type in _SINGULAR:
            hint = f"Write `{reader.words(place)} contains ...`."
            reader.refuse(place, f"{reader.words(place)} is {describe(value.type)}", hint=hint)
        if value.type == "json":
            reader.refuse(place, f"{reader.words(place)} is a nested value", hint="It only has a value or none.")
    if a.type in TIMES and b.type in TIMES:
        return (a, b) if a.type == b.type else (_day(a), _day(b))
    if a.type != b.type and not {a.type, b.type} <= NUMBERS:
        _refuse_pair(reader, left, a, right, b)
    return a, b


def _dated(reader: Reader, place: Any, value: Value, other: Value) -> Value:
    """Text written out beside a date is a date."""
    if other.type in TIMES and isinstance(value, Literal) and value.type == "text":
        return reader.read(place, lambda _: literals.moment(str(value.value)))  # type: ignore[no-any-return]
    return value


def _tidied(value: Value, other: Value) -> Value:
    """Text beside an email or a domain has the form in which those are kept, however it is written (I6)."""
    if isinstance(value, Literal) and isinstance(value.value, str) and isinstance(other, Attribute):
        kind = other.definition.built_in_property or ""
        text = tidy(kind, value.value)
        if (kind == "email" and is_email(text)) or (kind == "domain" and is_domain(text)):
            return Literal("text", text)
    return value


def _day(value: Value) -> Value:
    """A day and an instant are compared as days (C2)."""
    if isinstance(value, Literal) and value.type == "datetime":
        return Literal("date", value.value.date())  # type: ignore[union-attr]
    return times.as_day(value)


def _refuse_pair(reader: Reader, left: Any, a: Value, right: Any, b: Value) -> None:
    place, value, other = (left, a, b) if isinstance(a, Literal) else (right, b, a)
    problem = f"{reader.words(left)} is {describe(a.type)} and {reader.words(right)} is {describe(b.type)}"
    reader.refuse(place, problem, hint=_would_be_right(value, other))


def _would_be_right(value: Value, other: Value) -> str:
    if isinstance(value, Literal) and other.type == "text":
        return f"Write it in quotes: '{str(value.value).lower()}'."
    if other.type in NUMBERS:
        return "Write a number without quotes, such as 100."
    if other.type == "boolean":
        return "Write true or false."
    return f"Compare it with {describe(other.type)}."


def _check_order(reader: Reader, tree: Any, sign: str, value: Value) -> None:
    if sign not in {"=", "!="} and value.type in {"text", "boolean"}:
        hint = "Text knows =, !=, in, contains, starts with and ends with." if value.type == "text" else "Use = or !=."
        reader.refuse(tree.children[1], f"{describe(value.type)} has no order", hint=hint)


# ---------------------------------------------------------------- lists and texts


def among(reader: Reader, tree: Any, left: Any, choices: list[Any], scope: Scope) -> Clause:
    """`left in (choices)`."""
    value = reader.value(left, scope)
    pairs = [_alike(reader, left, value, choice, reader.value(choice, scope)) for choice in choices]
    for (_, choice), place in zip(pairs, choices, strict=True):
        if not isinstance(choice, Literal):
            reader.refuse(place, "a list holds only values written out", hint="Compare attributes with =.")
    if any(choice.type == "date" for _, choice in pairs):
        value = times.as_day(value)
        pairs = [(value, _day(choice)) for _, choice in pairs]
    return Among(reader.words(tree), value, tuple(choice for _, choice in pairs))  # type: ignore[misc]


def contains(reader: Reader, tree: Any, left: Any, word: Token, right: Any, scope: Scope) -> Clause:
    """`left contains right`, `starts with`, `ends with`: of text; `contains` also of a list."""
    value, part = reader.value(left, scope), reader.value(right, scope)
    how: Any = {"CONTAINS": "contains", "STARTS_WITH": "starts with", "ENDS_WITH": "ends with"}[word.type]
    member = _SINGULAR.get(value.type) if how == "contains" else None
    if member in TIMES:
        part = _exactly(reader, right, _dated(reader, right, part, Literal(str(member), "")), str(member))
    if part.type != (member or "text") and not {part.type, member} <= NUMBERS:
        reader.refuse(right, f"{reader.words(right)} is {describe(part.type)}, not {describe(member or 'text')}")
    if member is None and value.type != "text":
        reader.refuse(left, f"{reader.words(left)} is {describe(value.type)}, not text")
    return Contains(reader.words(tree), how, value, part)


def _exactly(reader: Reader, place: Any, value: Value, kind: str) -> Value:
    if value.type != kind:
        reader.refuse(place, f"{reader.words(place)} is {describe(value.type)}, not {describe(kind)}")
    return value


# ---------------------------------------------------------------- times relative to now


def _reach(reader: Reader, count: Any, unit: Any, kind: str) -> Shift:
    number, word = reader.read(count, literals.whole), str(unit).lower().removesuffix("s")
    return reader.read(unit, lambda _: times.length(number, word, kind))  # type: ignore[no-any-return]


def age(reader: Reader, tree: Any, value: Value, sign: str, count: Any, unit: Any, which: Any) -> Clause:
    """`value > 1 day ago`, `value < 30 days from now`."""
    if sign in {"=", "!="}:
        value = times.as_day(value)
    reach, text = _reach(reader, count, unit, value.type), reader.words(tree)
    ago = which.type == "AGO"
    return _negating(text, sign, lambda s: times.age(text, s, value, reach, ago=ago))


def beyond_age(reader: Reader, tree: Any, value: Value, word: Any, count: Any, unit: Any, which: Any) -> Span:
    """`value before 3 days ago`, `value after 2 weeks from now`."""
    reach = _reach(reader, count, unit, value.type)
    moment = times.negative(reach) if which.type == "AGO" else reach
    return times.against_moment(reader.words(tree), beyond(word), value, moment)


def during(reader: Reader, text: str, value: Value, tree: Any) -> Span:
    """`within last 30 days`, `within 90 days`, `in last month`, `on today`."""
    if tree.data == "period":
        words = str(tree.children[-1]).lower().split()
        return times.in_period(text, value, *words) if len(words) > 1 else times.on_day(text, value, words[0])
    window = tree.children[-1]
    count, unit = window.children[-2:]
    direction = {"LAST": "last", "NEXT": "next"}.get(window.children[0].type, "either")
    return times.within(text, value, direction, _reach(reader, count, unit, value.type))


def when(reader: Reader, tree: Any) -> Clause:
    """When events count, of `did`: windows in whole UTC days, unless they are of hours or minutes (C2)."""
    text, day = reader.words(tree), Occurred("date")
    match tree.data:
        case "when_day":
            return times.on_day(text, day, str(tree.children[0]).lower())
        case "when_beyond":
            return _beyond(reader, tree, text)
        case "when_beyond_age":
            word, count, unit, which = tree.children
            return beyond_age(reader, tree, _finest(unit), word, count, unit, which)
    inner = tree.children[0]
    unit = inner.children[-1].children[-1] if inner.data == "window" else None
    return during(reader, text, _finest(unit) if unit is not None else day, inner)


def _finest(unit: Any) -> Occurred:
    return Occurred("datetime" if str(unit).lower().removesuffix("s") in {"hour", "minute"} else "date")


def _beyond(reader: Reader, tree: Any, text: str) -> Clause:
    word, right = tree.children
    if _is_relative(right):
        return against_now(reader, tree, Occurred("date"), beyond(word), right)
    written = right.children[0] if isinstance(right, Tree) else right
    if not (isinstance(right, Tree) and right.data in {"moment", "string"}):
        reader.refuse(right, "a date is expected", hint="As in `did 'X' after 2026-01-31`.")
    literal = reader.read(
        written, lambda t: literals.moment(str(literals.text(t).value) if right.data == "string" else t)
    )
    value = Occurred("date" if literal.type == "date" else "datetime")
    return Compare(text, beyond(word), value, literal)  # type: ignore[arg-type]
