"""From the syntax of a comparison to its clause, whose types are checked on the way (C4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from lark import Token, Tree

from graph.criteria import literals, time_words
from graph.criteria.operators import SPELLINGS, TEXT_TESTS, Comparison, TextOperator, WrittenComparison, mirrored
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
from graph.criteria.types_in_words import SINGULAR, describe
from graph.identity.canonical import is_domain, is_email, tidy

if TYPE_CHECKING:
    from graph.criteria.name_resolution import NameScope
    from graph.criteria.value_analysis import ValueAnalyser

__all__ = [
    "age",
    "among",
    "before_or_after",
    "beyond_age",
    "comparison",
    "contains",
    "during",
    "operator_of",
    "when",
]

_TEXT_OPERATORS: Mapping[str, TextOperator] = {test.token: name for name, test in TEXT_TESTS.items()}


def operator_of(at: Any) -> WrittenComparison:
    """Return the operator that a token or a `comparator` means."""
    tokens = [at] if isinstance(at, Token) else list(at.children)
    kinds = [token.type for token in tokens]
    match kinds[0]:
        case "IS":
            return "!=" if "NOT" in kinds else "="
        case "MORE_THAN":
            return ">"
        case "LESS_THAN":
            return "<"
        case _:
            return SPELLINGS[str(tokens[0])]


def before_or_after(word: Any) -> Comparison:
    """Return the operator that `before` or `after` means."""
    return "<" if word.type == "BEFORE" else ">"


def _negating(text: str, sign: WrittenComparison, clause_of: Callable[[Comparison], Clause]) -> Clause:
    """The clause of a comparison; `!=` is plain negation of `=` (C1)."""
    return Not(text, clause_of("=")) if sign == "!=" else clause_of(sign)


# ---------------------------------------------------------------- comparisons


def comparison(
    analyser: ValueAnalyser,
    tree: Any,
    left: Any,
    sign: WrittenComparison,
    right: Any,
    scope: NameScope,
    *,
    time: bool = False,
) -> Clause:
    """Return the clause of `left sign right`, either of which may be relative to now."""
    if _is_relative(left) and not _is_relative(right):
        left, right, sign = right, left, "!=" if sign == "!=" else mirrored(sign)
    read = analyser.time if time or _is_relative(right) else analyser.value
    value = read(left, scope)
    if _is_relative(right):
        return against_now(analyser, tree, value, sign, right)
    other = analyser.time(right, scope) if time else analyser.value(right, scope)
    value, other = _alike(analyser, left, value, right, other)
    _check_order(analyser, tree, sign, value)
    return _negating(analyser.words(tree), sign, lambda s: Compare(analyser.words(tree), s, value, other))


def _is_relative(tree: Any) -> bool:
    return isinstance(tree, Tree) and tree.data in {"now", "day_word"}


def against_now(analyser: ValueAnalyser, tree: Any, value: Value, sign: WrittenComparison, right: Any) -> Clause:
    """Return the clause of a comparison with now, today, yesterday or tomorrow."""
    text = analyser.words(tree)
    if right.data == "now" and value.type == "datetime":
        if sign == "=" or sign == "!=":  # noqa: PLR1714 - the type checker narrows nothing by a set
            analyser.refuse(right, "an instant is never exactly now", hint="Write today, or a comparison with < or >.")
        return time_words.against_moment(text, sign, value, Shift())
    word = "today" if right.data == "now" else str(right.children[0]).lower()
    return _negating(text, sign, lambda s: time_words.against_day(text, s, value, word))


def _alike(analyser: ValueAnalyser, left: Any, a: Value, right: Any, b: Value) -> tuple[Value, Value]:
    """Both values in comparable types. Text beside a date is read as a date, text beside an email takes the form of emails."""
    a, b = _tidied(_dated(analyser, left, a, b), b), _tidied(_dated(analyser, right, b, a), a)
    for place, value in ((left, a), (right, b)):
        if value.type in SINGULAR:
            hint = f"Write `{analyser.words(place)} contains ...`."
            analyser.refuse(place, f"{analyser.words(place)} is {describe(value.type)}", hint=hint)
        if value.type == "json":
            analyser.refuse(place, f"{analyser.words(place)} is a nested value", hint="It only has a value or none.")
    if a.type in TIMES and b.type in TIMES:
        return (a, b) if a.type == b.type else (_day(a), _day(b))
    if a.type != b.type and not {a.type, b.type} <= NUMBERS:
        _refuse_pair(analyser, left, a, right, b)
    return a, b


def _dated(analyser: ValueAnalyser, place: Any, value: Value, other: Value) -> Value:
    """Text written out beside a date is a date."""
    if other.type in TIMES and isinstance(value, Literal) and value.type == "text":
        return analyser.read(place, lambda _: literals.moment(str(value.value)))  # type: ignore[no-any-return]
    return value


def _tidied(value: Value, other: Value) -> Value:
    """Text beside an email or a domain takes the form in which those are stored, however it is written (I6)."""
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
    return time_words.as_day(value)


def _refuse_pair(analyser: ValueAnalyser, left: Any, a: Value, right: Any, b: Value) -> None:
    place, value, other = (left, a, b) if isinstance(a, Literal) else (right, b, a)
    problem = f"{analyser.words(left)} is {describe(a.type)} and {analyser.words(right)} is {describe(b.type)}"
    analyser.refuse(place, problem, hint=_would_be_right(value, other))


def _would_be_right(value: Value, other: Value) -> str:
    if isinstance(value, Literal) and other.type == "text":
        return f"Write it in quotes: '{str(value.value).lower()}'."
    if other.type in NUMBERS:
        return "Write a number without quotes, such as 100."
    if other.type == "boolean":
        return "Write true or false."
    return f"Compare it with {describe(other.type)}."


def _check_order(analyser: ValueAnalyser, tree: Any, sign: WrittenComparison, value: Value) -> None:
    if sign not in {"=", "!="} and value.type in {"text", "boolean"}:
        *most, last = TEXT_TESTS
        text_hint = f"Text knows =, !=, in, {', '.join(most)} and {last}."
        hint = text_hint if value.type == "text" else "Use = or !=."
        analyser.refuse(tree.children[1], f"{describe(value.type)} has no order", hint=hint)


# ---------------------------------------------------------------- lists and texts


def among(analyser: ValueAnalyser, tree: Any, left: Any, choices: list[Any], scope: NameScope) -> Clause:
    """Return the clause of `left in (choices)`."""
    value = analyser.value(left, scope)
    pairs = [_alike(analyser, left, value, choice, analyser.value(choice, scope)) for choice in choices]
    for (_, choice), place in zip(pairs, choices, strict=True):
        if not isinstance(choice, Literal):
            analyser.refuse(place, "a list holds only values written out", hint="Compare attributes with =.")
    if any(choice.type == "date" for _, choice in pairs):
        value = time_words.as_day(value)
        pairs = [(value, _day(choice)) for _, choice in pairs]
    return Among(analyser.words(tree), value, tuple(choice for _, choice in pairs))  # type: ignore[misc]


def contains(analyser: ValueAnalyser, tree: Any, left: Any, word: Token, right: Any, scope: NameScope) -> Clause:
    """Return the clause of `left contains right`, `starts with` or `ends with`. A list only contains."""
    value, part = analyser.value(left, scope), analyser.value(right, scope)
    sign = _TEXT_OPERATORS[word.type]
    member = SINGULAR.get(value.type) if sign == "contains" else None
    if member in TIMES:
        part = _exactly(analyser, right, _dated(analyser, right, part, Literal(str(member), "")), str(member))
    if part.type != (member or "text") and not {part.type, member} <= NUMBERS:
        analyser.refuse(right, f"{analyser.words(right)} is {describe(part.type)}, not {describe(member or 'text')}")
    if member is None and value.type != "text":
        analyser.refuse(left, f"{analyser.words(left)} is {describe(value.type)}, not text")
    return Contains(analyser.words(tree), sign, value, part)


def _exactly(analyser: ValueAnalyser, place: Any, value: Value, kind: str) -> Value:
    if value.type != kind:
        analyser.refuse(place, f"{analyser.words(place)} is {describe(value.type)}, not {describe(kind)}")
    return value


# ---------------------------------------------------------------- times relative to now


def _length(analyser: ValueAnalyser, count: Any, unit: Any, kind: str) -> Shift:
    number, word = analyser.read(count, literals.whole), str(unit).lower().removesuffix("s")
    return analyser.read(unit, lambda _: time_words.length(number, word, kind))  # type: ignore[no-any-return]


def age(
    analyser: ValueAnalyser, tree: Any, value: Value, sign: WrittenComparison, count: Any, unit: Any, which: Any
) -> Clause:
    """Return the clause of `value > 1 day ago` or `value < 30 days from now`."""
    if sign in {"=", "!="}:
        value = time_words.as_day(value)
    length, text = _length(analyser, count, unit, value.type), analyser.words(tree)
    ago = which.type == "AGO"
    return _negating(text, sign, lambda s: time_words.age(text, s, value, length, ago=ago))


def beyond_age(analyser: ValueAnalyser, tree: Any, value: Value, word: Any, count: Any, unit: Any, which: Any) -> Span:
    """Return the clause of `value before 3 days ago` or `value after 2 weeks from now`."""
    length = _length(analyser, count, unit, value.type)
    moment = time_words.negative(length) if which.type == "AGO" else length
    return time_words.against_moment(analyser.words(tree), before_or_after(word), value, moment)


def during(analyser: ValueAnalyser, text: str, value: Value, tree: Any) -> Span:
    """Return the clause of `within last 30 days`, `within 90 days`, `in last month` or `on today`."""
    if tree.data == "period":
        words = str(tree.children[-1]).lower().split()
        return time_words.in_period(text, value, *words) if len(words) > 1 else time_words.on_day(text, value, words[0])
    window = tree.children[-1]
    count, unit = window.children[-2:]
    direction = {"LAST": "last", "NEXT": "next"}.get(window.children[0].type, "either")
    return time_words.within(text, value, direction, _length(analyser, count, unit, value.type))


def when(analyser: ValueAnalyser, tree: Any) -> Clause:
    """Return the clause for when events count, of `did`: whole UTC days, unless in hours or minutes (C2)."""
    text, day = analyser.words(tree), Occurred("date")
    match tree.data:
        case "when_day":
            return time_words.on_day(text, day, str(tree.children[0]).lower())
        case "when_beyond":
            return _beyond(analyser, tree, text)
        case "when_beyond_age":
            word, count, unit, which = tree.children
            return beyond_age(analyser, tree, _precise_time(unit), word, count, unit, which)
    inner = tree.children[0]
    unit = inner.children[-1].children[-1] if inner.data == "window" else None
    return during(analyser, text, _precise_time(unit) if unit is not None else day, inner)


def _precise_time(unit: Any) -> Occurred:
    return Occurred("datetime" if str(unit).lower().removesuffix("s") in {"hour", "minute"} else "date")


def _beyond(analyser: ValueAnalyser, tree: Any, text: str) -> Clause:
    word, right = tree.children
    if _is_relative(right):
        return against_now(analyser, tree, Occurred("date"), before_or_after(word), right)
    written = right.children[0] if isinstance(right, Tree) else right
    if not (isinstance(right, Tree) and right.data in {"moment", "string"}):
        analyser.refuse(right, "a date is expected", hint="As in `did 'X' after 2026-01-31`.")
    literal = analyser.read(
        written, lambda t: literals.moment(str(literals.text(t).value) if right.data == "string" else t)
    )
    value = Occurred("date" if literal.type == "date" else "datetime")
    return Compare(text, before_or_after(word), value, literal)
