"""From syntax to meaning: whose attribute a name is (C3), what may be compared with what (C4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NoReturn, get_args

from lark import Token, Tree

from graph.attributes.catalogue import Catalogue
from graph.criteria import comparing, literals, times
from graph.criteria.advice import advice
from graph.criteria.errors import CriteriaError
from graph.criteria.naming import Scope, Unknown, resolve
from graph.criteria.tree import (
    And,
    Arithmetic,
    Attribute,
    Clause,
    Did,
    HasValue,
    HowMany,
    Literal,
    Not,
    Or,
    Step,
    Subject,
    Truth,
    Value,
)

__all__ = ["Reader"]

_Node = Tree[Token] | Token
_CLAUSES = frozenset(
    [
        "either",
        "both",
        "negation",
        "comparison",
        "age",
        "earlier",
        "earlier_age",
        "among",
        "at",
        "contains",
        "has_value",
        "has_no_value",
        "in_cohort",
        "step",
        "counted_step",
        "plain_step",
        "did",
    ]
)
_STEPS = {"MEMBERS": "member", "ORGANISATIONS": "organisation", "PARENTS": "parent", "CHILDREN": "child"}
_PLAIN_STEPS = {"PARENT": "parent", "IN_ORGANISATION": "organisation"}
_FROM = {
    "member": ("organisation",),
    "parent": ("organisation",),
    "child": ("organisation",),
    "organisation": ("person", "membership"),
}
_MOST_STEPS = 4
_SIGNS = {"\N{MULTIPLICATION SIGN}": "*", "\N{DIVISION SIGN}": "/", "\N{MINUS SIGN}": "-"}
_COUNTS = {"at least": ">=", "at most": "<=", "exactly": "="}


@dataclass
class Reader:
    """Reads one criterion; `entities` gathers whose attributes it names."""

    text: str
    catalogue: Catalogue

    def __post_init__(self) -> None:
        self.entities: set[str] = set()

    def criterion(self, tree: Any, subject: Subject) -> Clause:
        """The meaning of a whole criterion about `subject`."""
        if subject not in get_args(Subject):
            raise ValueError(f"no such subject: {subject}")
        self.entities.add(subject)
        return self.clause(tree, Scope.of(subject))

    def formula(self, tree: Any, subject: Subject) -> Value:
        """The meaning of a whole formula about `subject`: a number."""
        return self._number(tree, Scope.of(subject))

    # ------------------------------------------------------------ clauses

    def clause(self, tree: _Node, scope: Scope) -> Clause:
        """The clause that a piece of syntax means; an error if it is a value."""
        assert isinstance(tree, Tree)
        reader = getattr(self, f"_{tree.data}", None) if tree.data in _CLAUSES else None
        if reader is not None:
            clause: Clause = reader(tree, scope)
            return clause
        if tree.data == "bracketed":
            return self.clause(tree.children[0], scope)
        return self._truth(tree, scope)

    def _truth(self, tree: Tree[Token], scope: Scope) -> Clause:
        value = self.value(tree, scope)
        if value.type != "boolean":
            self.refuse(tree, f"a condition is expected, and {self.words(tree)!r} is only a value", hint="Compare it.")
        return Truth(self.words(tree), value)

    def _either(self, tree: Tree[Token], scope: Scope) -> Clause:
        return Or(self.words(tree), self._parts(tree, scope))

    def _both(self, tree: Tree[Token], scope: Scope) -> Clause:
        return And(self.words(tree), self._parts(tree, scope))

    def _parts(self, tree: Tree[Token], scope: Scope) -> tuple[Clause, ...]:
        return tuple(self.clause(child, scope) for child in tree.children if isinstance(child, Tree))

    def _negation(self, tree: Tree[Token], scope: Scope) -> Clause:
        return Not(self.words(tree), self.clause(tree.children[1], scope))

    def _comparison(self, tree: Tree[Token], scope: Scope) -> Clause:
        left, operator, right = tree.children
        return comparing.comparison(self, tree, left, comparing.operator(operator), right, scope)

    def _earlier(self, tree: Tree[Token], scope: Scope) -> Clause:
        left, word, right = tree.children
        return comparing.comparison(self, tree, left, comparing.beyond(word), right, scope, time=True)

    def _age(self, tree: Tree[Token], scope: Scope) -> Clause:
        left, operator, count, unit, which = tree.children
        return comparing.age(self, tree, self.time(left, scope), comparing.operator(operator), count, unit, which)

    def _earlier_age(self, tree: Tree[Token], scope: Scope) -> Clause:
        left, word, count, unit, which = tree.children
        return comparing.beyond_age(self, tree, self.time(left, scope), word, count, unit, which)

    def _among(self, tree: Tree[Token], scope: Scope) -> Clause:
        written = next(c for c in tree.children if isinstance(c, Tree) and c.data == "choices")
        choices = [c for c in written.children if isinstance(c, Tree)]
        clause = comparing.among(self, tree, tree.children[0], choices, scope)
        return self._turned(tree, clause)

    def _contains(self, tree: Tree[Token], scope: Scope) -> Clause:
        word = next(c for c in tree.children if isinstance(c, Token))
        clause = comparing.contains(self, tree, tree.children[0], word, tree.children[-1], scope)
        return self._turned(tree, clause)

    def _at(self, tree: Tree[Token], scope: Scope) -> Clause:
        value = self.time(tree.children[0], scope)
        return self._turned(tree, comparing.during(self, self.words(tree), value, tree.children[-1]))

    def _turned(self, tree: Tree[Token], clause: Clause) -> Clause:
        """The clause, or its opposite where the operator is written with a `not`."""
        marks = [c for c in tree.children if isinstance(c, Tree) and c.data == "not_word"]
        words = [token.type for mark in marks for token in mark.children if isinstance(token, Token)]
        return Not(self.words(tree), clause) if {"NOT", "DOES_NOT"} & set(words) else clause

    def _has_value(self, tree: Tree[Token], scope: Scope) -> Clause:
        value = self.value(tree.children[0], scope)
        if not isinstance(value, Attribute):
            self.refuse(tree.children[0], "only an attribute has a value or none", hint="Ask it of each attribute.")
        return HasValue(self.words(tree), value)

    def _has_no_value(self, tree: Tree[Token], scope: Scope) -> Clause:
        return Not(self.words(tree), self._has_value(tree, scope))

    def _in_cohort(self, tree: Tree[Token], scope: Scope) -> Clause:
        name = str(literals.text(str(tree.children[1])).value)
        generated = (f"currently_member_of_{name}", f"currently_member_of_{name}_cohort")
        known = [resolve(self.catalogue, scope, attribute) for attribute in generated]
        found = [attribute for attribute in known if isinstance(attribute, Attribute) and attribute.type == "boolean"]
        if not found:
            nearest = self.catalogue.nearest(scope.subject, generated[0])
            self.refuse(tree.children[1], f"there is no cohort {name!r}", suggestion=nearest)
        self.entities.add(found[0].entity)
        return Truth(self.words(tree), found[0])

    # ------------------------------------------------------------ steps and events

    def _step(self, tree: Tree[Token], scope: Scope) -> Clause:
        quantifier, target, body = tree.children
        word = str(quantifier).lower().replace("every", "all")
        return self._to(tree, target, _STEPS[target.type], word, body, scope)  # type: ignore[union-attr]

    def _counted_step(self, tree: Tree[Token], scope: Scope) -> Clause:
        word, count, target, body = tree.children
        how_many = self._how_many(word, count)
        return self._to(tree, target, _STEPS[target.type], how_many, body, scope)  # type: ignore[union-attr]

    def _plain_step(self, tree: Tree[Token], scope: Scope) -> Clause:
        target, body = tree.children
        return self._to(tree, target, _PLAIN_STEPS[target.type], "any", body, scope)  # type: ignore[union-attr]

    def _to(self, tree: Tree[Token], at: _Node, to: Any, quantifier: Any, body: _Node, scope: Scope) -> Step:
        if scope.subject not in _FROM[to]:
            origins = " or ".join(_FROM[to])
            self.refuse(at, f"{to} leads on from an {origins}, and this is about {scope.phrase}")
        if scope.steps == _MOST_STEPS:
            self.refuse(at, f"at most {_MOST_STEPS} steps may follow each other")
        self.entities |= {"person"} if to == "organisation" else set()
        return Step(self.words(tree), to, quantifier, self.clause(body, scope.step(to)))

    def _did(self, tree: Tree[Token], scope: Scope) -> Clause:
        if scope.subject == "event":
            self.refuse(tree, "an event does nothing itself", hint="Ask for its name: `name = 'Project Created'`.")
        parts = {child.data: child for child in tree.children if isinstance(child, Tree)}
        tokens = {token.type: token for token in tree.children if isinstance(token, Token)}
        times_ = self._times(parts["times"]) if "times" in parts else HowMany(">=", 1)
        times_said = next((part for name, part in parts.items() if name.startswith("when")), None)
        when = None if times_said is None else comparing.when(self, times_said)
        where = self.clause(parts["where"].children[-1], scope.events()) if "where" in parts else None
        self.entities |= {"event"} if where else set()
        did = Did(self.words(tree), str(literals.text(str(tokens["STRING"])).value), times_, when, where)
        return Not(did.text, did) if "NOT" in tokens else did

    def _times(self, tree: Tree[Token]) -> HowMany:
        if tree.children[0].type == "ONCE":  # type: ignore[union-attr]
            return HowMany(">=", 1 if str(tree.children[0]).lower() == "once" else 2)
        return self._how_many(tree.children[0], tree.children[1])

    def _how_many(self, word: Any, count: Any) -> HowMany:
        written = " ".join(str(word).lower().split())
        number = self.read(count, literals.whole)
        operator = _COUNTS.get(written) or comparing.operator(word)
        if operator == "<" and number == 0:
            self.refuse(count, "nothing is fewer than 0 times")
        if operator not in {"<", "<=", "=", ">=", ">"}:
            self.refuse(word, f"how many: {written!r} is not understood", hint="Write at least, at most or exactly.")
        turned = {">": HowMany(">=", number + 1), "<": HowMany("<=", number - 1)}
        return turned.get(operator) or HowMany(operator, number)  # type: ignore[arg-type]

    # ------------------------------------------------------------ values

    def value(self, tree: _Node, scope: Scope) -> Value:
        """The value that a piece of syntax means; an error if it is a condition, or a time relative to now."""
        assert isinstance(tree, Tree)
        token = tree.children[0]
        match tree.data:
            case "attribute":
                return self._attribute(tree, str(token), scope)
            case "number" | "percent" | "string" | "moment" | "truth":
                name = {"string": "text", "truth": "boolean"}.get(tree.data, tree.data)
                return self.read(token, getattr(literals, name))  # type: ignore[no-any-return]
            case "sum" | "product":
                return self._chain(tree, scope)
            case "signed":
                return self._signed(tree, scope)
            case "bracketed":
                return self.value(token, scope)
        return self._no_value(tree)

    def _no_value(self, tree: Tree[Token]) -> NoReturn:
        if tree.data == "null" and str(tree.children[0]).lower() == "null":
            self.refuse(tree, "nothing equals null", hint="Ask whether it `has any value` or `has no value`.")
        if tree.data == "null":
            self.refuse(tree, f"{self.words(tree)} is not a number", hint="Numbers are finite.")
        if tree.data in {"now", "day_word"}:
            self.refuse(tree, f"{self.words(tree)!r} can only be compared with a date", hint="As in `since < today`.")
        self.refuse(tree, f"a value is expected, and {self.words(tree)!r} is a condition")

    def _attribute(self, tree: Tree[Token], path: str, scope: Scope) -> Attribute:
        found = resolve(self.catalogue, scope, path)
        if isinstance(found, Unknown):
            meant = advice(self.text, tree.meta.start_pos) if tree.meta.start_pos else None
            self.refuse(tree, found.problem, suggestion=None if meant else found.nearest, hint=meant or found.hint)
        self.entities.add(found.entity)
        return found

    def _chain(self, tree: Tree[Token], scope: Scope) -> Value:
        value = self._number(tree.children[0], scope)
        for sign, operand in zip(tree.children[1::2], tree.children[2::2], strict=True):
            operator = _SIGNS.get(str(sign), str(sign))
            value = Arithmetic(operator, value, self._number(operand, scope))  # type: ignore[arg-type]
        return value

    def _signed(self, tree: Tree[Token], scope: Scope) -> Value:
        value = self._number(tree.children[1], scope)
        if str(tree.children[0]) == "+":
            return value
        if isinstance(value, Literal):
            return replace(value, value=-value.value)  # type: ignore[operator]
        return Arithmetic("-", Literal("integer", 0), value)

    def _number(self, tree: _Node, scope: Scope) -> Value:
        value = self.value(tree, scope)
        if value.type not in {"integer", "float"}:
            self.refuse(
                tree, f"only numbers can be calculated with, and {self.words(tree)} is {comparing.describe(value.type)}"
            )
        return value

    def time(self, tree: _Node, scope: Scope) -> Value:
        """A value that is a date or datetime; an error otherwise."""
        value = self.value(tree, scope)
        if value.type == "text" and isinstance(value, Literal):
            value = self.read(tree, lambda _: literals.moment(str(value.value)))
        if value.type not in {"date", "datetime"}:
            self.refuse(
                tree,
                f"{self.words(tree)} is {comparing.describe(value.type)}, not a date, so it is never before, after or within",
            )
        return value

    # ------------------------------------------------------------ places

    def words(self, tree: _Node) -> str:
        """The piece of the criterion that was read here."""
        if isinstance(tree, Token):
            return str(tree)
        return self.text[tree.meta.start_pos : tree.meta.end_pos]

    def read(self, at: _Node, literal: Any) -> Any:
        """What a function of `literals` or `times` makes of a token, its error told with the place."""
        try:
            return literal(str(at) if isinstance(at, Token) else self.words(at))
        except (literals.BadLiteral, times.BadLength) as error:
            self.refuse(at, str(error))

    def refuse(self, at: _Node, problem: str, *, suggestion: str | None = None, hint: str | None = None) -> NoReturn:
        """Raise CriteriaError at this place."""
        place = at if isinstance(at, Token) else at.meta
        line, column = getattr(place, "line", 1) or 1, getattr(place, "column", 1) or 1
        raise CriteriaError(problem, line=line, column=column, found=self.words(at), suggestion=suggestion, hint=hint)
