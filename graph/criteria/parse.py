"""From text to a tree: the only way into the language."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from graph.attributes.catalogue import Catalogue
from graph.criteria.advice import advice
from graph.criteria.analysis import Analyser
from graph.criteria.errors import CriteriaError
from graph.criteria.operators import TEXT_TESTS
from graph.criteria.tree import And, Clause, Criterion, Did, Not, Or, Quantified, Subject, Value, clauses

__all__ = ["parse", "parse_formula"]

LONGEST = 20_000
"""The most characters of a criterion."""
_DEEPEST = 60
_SHOWN = 60
_MOST_CONDITIONS = 400
_MOST_SUBQUERIES = 50

_WORDS = {
    "AND": "and",
    "OR": "or",
    "NOT": "not",
    "IN": "in",
    "WITHIN": "within",
    "BEFORE": "before",
    "AFTER": "after",
    **{test.token: name for name, test in TEXT_TESTS.items()},
    "HAS_VALUE": "has any value",
    "HAS_NO_VALUE": "has no value",
    "IS": "is",
    "AGO": "ago",
    "LAST": "last",
    "NEXT": "next",
    "WHERE": "where",
    "TIMES": "times",
    "UNIT": "days",
    "COUNTED": "at least",
}
_FAMILIES = (
    ("COMPARATOR", "an operator such as =, >=, in, contains, within, has any value"),
    ("PATH", "a name, a number, a text in quotes or ("),
    ("UNIT", "minutes, hours, days, weeks, months, quarters or years"),
    ("NUMBER", "a number"),
    ("STRING", "a text in quotes"),
    ("LPAR", "("),
    ("RPAR", ")"),
    ("AND", "and, or"),
)


@functools.cache
def _grammar() -> Lark:
    text = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(
        text,
        parser="lalr",
        lexer="contextual",
        start=["start", "formula"],
        propagate_positions=True,
        maybe_placeholders=False,
    )


def parse(text: str, *, subject: Subject, catalogue: Catalogue) -> Criterion:
    """Return the criterion that `text` says about a `subject`. Names and types are checked. Raises CriteriaError (C4)."""
    tree = _syntax(text, "criterion", "Write one, such as `arr >= 1000`.")
    analyser = Analyser(text, catalogue)
    root = analyser.criterion(tree.children[0], subject)
    _refuse_length(root)
    return Criterion(text, subject, root, frozenset(analyser.entities))


def parse_formula(text: str, *, subject: Subject, catalogue: Catalogue) -> Value:
    """Return the number that `text` computes from attributes of a `subject`. Raises CriteriaError (C4), as `parse` does."""
    tree = _syntax(text, "formula", "Write one, such as `seats_used / seats`.")
    return Analyser(text, catalogue).formula(tree.children[0], subject)


def _syntax(text: str, what: Literal["criterion", "formula"], example: str) -> Tree[Token]:
    if not text.strip():
        raise CriteriaError(f"the {what} is empty", line=1, column=1, found="", hint=example)
    if len(text) > LONGEST:
        raise CriteriaError(f"a {what} has at most {LONGEST} characters", line=1, column=1, found=text[:20])
    try:
        tree = _grammar().parse(text, start="start" if what == "criterion" else what)
    except UnexpectedInput as error:
        raise _readable(text, error, what) from None
    _refuse_depth(tree)
    return tree


def _refuse_length(root: Clause) -> None:
    """Refuse a criterion that no engine plans in time. Conditions on others and on events are subqueries."""
    every = list(_everything(root))
    subqueries = sum(isinstance(each, Quantified | Did) for each in every)
    conditions = sum(not isinstance(each, And | Or | Not) for each in every)
    for many, most, what in (
        (conditions, _MOST_CONDITIONS, "conditions"),
        (subqueries, _MOST_SUBQUERIES, "conditions on events, members, organisations, parents and children"),
    ):
        if many > most:
            problem = f"a criterion has at most {most} {what}, not {many}"
            hint = "Write values of one attribute as a list: `plan in ('pro', 'team')`."
            raise CriteriaError(problem, line=1, column=1, found="", hint=hint)


def _everything(root: Clause) -> Iterator[Clause]:
    """Yield every clause, those about events included."""
    for each in clauses(root):
        yield each
        if isinstance(each, Did) and each.where is not None:
            yield from _everything(each.where)


def _refuse_depth(tree: Tree[Token]) -> None:
    level = {1: [tree]}
    for depth in range(1, _DEEPEST + 1):
        for node in level.pop(depth, ()):
            parts = [child for child in node.children if isinstance(child, Tree)]
            for place, part in enumerate(parts, 1):
                # `a + b + c` is computed from the left, so its first part lies deepest
                below = len(parts) - place if node.data in {"sum", "product"} else 0
                level.setdefault(depth + 1 + below, []).append(part)
    if level:
        meta = level[min(level)][0].meta
        problem = f"brackets, nots and calculations are nested more than {_DEEPEST} deep"
        raise CriteriaError(problem, line=getattr(meta, "line", 1), column=getattr(meta, "column", 1), found="(")


def _readable(text: str, error: UnexpectedInput, what: str) -> CriteriaError:
    """The parser's error in words: the text that was found, and what was expected."""
    expected = _expected(error)
    if isinstance(error, UnexpectedEOF) or (isinstance(error, UnexpectedToken) and error.token.type == "$END"):
        line, column = _end(text)
        problem = f"the {what} ends too early; expected {_families(expected)}"
        return CriteriaError(problem, line=line, column=column, found="")
    found = _word_at(text, error.pos_in_stream or 0)
    problem = f"found {_shown(found)!r} where {_families(expected)} is expected"
    hint = _hint(text, error.pos_in_stream or 0, found)
    suggestion = None if hint else _nearest_word(found, expected)
    return CriteriaError(problem, line=error.line, column=error.column, found=found, suggestion=suggestion, hint=hint)


def _shown(found: str) -> str:
    """A word of the criterion, shortened."""
    return found if len(found) <= _SHOWN else found[:_SHOWN] + "…"


def _expected(error: UnexpectedInput) -> set[str]:
    if isinstance(error, UnexpectedToken):
        return set(error.accepts or error.expected)
    if isinstance(error, UnexpectedCharacters):
        return set(error.allowed or ())
    return set()


def _families(expected: Iterable[str]) -> str:
    kinds = [words for token, words in _FAMILIES if token in set(expected)]
    return " or ".join(kinds[:3]) or "the end"


def _word_at(text: str, position: int) -> str:
    match = re.compile(r"\w+|\S").match(text, position)
    return match.group() if match else ""


def _end(text: str) -> tuple[int, int]:
    lines = text.rstrip().split("\n")
    return len(lines), len(lines[-1]) + 1


def _nearest_word(found: str, expected: set[str]) -> str | None:
    known = [word for token, word in _WORDS.items() if token in expected]
    close = difflib.get_close_matches(found.lower(), known, n=1, cutoff=0.6)
    return close[0] if close and found.lower() != close[0] else None


def _hint(text: str, position: int, found: str) -> str | None:
    before = text[:position].rstrip()
    if found in {"'", '"', "\N{LEFT SINGLE QUOTATION MARK}", "\N{LEFT DOUBLE QUOTATION MARK}"}:
        return "This quote is never closed."
    if found == "(" and re.search(r"\b(members?|users?|organi[sz]ations?|child(ren)?)$", before, re.IGNORECASE):
        return "Say which: any, all, no or at least 2, as in `any member (...)`."
    if found == "," and re.search(r"\d$", before):
        return "Write thousands without commas: 100000 or 100_000."
    return advice(text, position)
