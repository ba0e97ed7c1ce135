"""From syntax to meaning: the clauses of a criterion, whose names and types are checked on the way (C3, C4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, assert_never, get_args

from lark import Token, Tree

from graph.criteria import comparing, literals
from graph.criteria.name_resolution import NameScope, resolve
from graph.criteria.operators import Comparison
from graph.criteria.source_text import Syntax
from graph.criteria.tree import (
    And,
    Attribute,
    Clause,
    Did,
    HasValue,
    HowMany,
    Not,
    Or,
    Quantified,
    Relation,
    Subject,
    Truth,
    Value,
)
from graph.criteria.value_analysis import ValueAnalyser

__all__ = ["Analyser"]

_RELATIONS: Mapping[str, Relation] = {
    "MEMBERS": "member",
    "ORGANISATIONS": "organisation",
    "PARENTS": "parent",
    "CHILDREN": "child",
}
_PLAIN_RELATIONS: Mapping[str, Relation] = {"PARENT": "parent", "IN_ORGANISATION": "organisation"}
_SUBJECTS: Mapping[Relation, tuple[Subject, ...]] = {
    "member": ("organisation",),
    "parent": ("organisation",),
    "child": ("organisation",),
    "organisation": ("person", "membership"),
}
"""The subjects from which a relation leads on."""
_MOST_HOPS = 4
_COUNTS: Mapping[str, Comparison] = {"at least": ">=", "at most": "<=", "exactly": "="}


class Analyser(ValueAnalyser):
    """Finds the meaning of one criterion or formula. Raises CriteriaError where it has none."""

    def criterion(self, tree: Any, subject: Subject) -> Clause:
        """Return the meaning of a whole criterion about `subject`."""
        if subject not in get_args(Subject):
            raise ValueError(f"no such subject: {subject}")
        self.entities.add(subject)
        return self.clause(tree, NameScope.around(subject))

    def formula(self, tree: Any, subject: Subject) -> Value:
        """Return the meaning of a whole formula about `subject`: a number."""
        return self.number(tree, NameScope.around(subject))

    # ------------------------------------------------------------ clauses

    def clause(self, tree: Syntax, scope: NameScope) -> Clause:
        """Return the clause that a piece of syntax means. Raises CriteriaError for a value."""
        assert isinstance(tree, Tree)
        analyse = self._CLAUSES.get(tree.data)
        if analyse is not None:
            return analyse(self, tree, scope)
        if tree.data == "bracketed":
            return self.clause(tree.children[0], scope)
        return self._truth(tree, scope)

    def _truth(self, tree: Tree[Token], scope: NameScope) -> Clause:
        value = self.value(tree, scope)
        if value.type != "boolean":
            self.refuse(tree, f"a condition is expected, and {self.words(tree)!r} is only a value", hint="Compare it.")
        return Truth(self.words(tree), value)

    def _either(self, tree: Tree[Token], scope: NameScope) -> Clause:
        return Or(self.words(tree), self._parts(tree, scope))

    def _both(self, tree: Tree[Token], scope: NameScope) -> Clause:
        return And(self.words(tree), self._parts(tree, scope))

    def _parts(self, tree: Tree[Token], scope: NameScope) -> tuple[Clause, ...]:
        return tuple(self.clause(child, scope) for child in tree.children if isinstance(child, Tree))

    def _negation(self, tree: Tree[Token], scope: NameScope) -> Clause:
        return Not(self.words(tree), self.clause(tree.children[1], scope))

    def _comparison(self, tree: Tree[Token], scope: NameScope) -> Clause:
        left, operator, right = tree.children
        return comparing.comparison(self, tree, left, comparing.operator_of(operator), right, scope)

    def _earlier(self, tree: Tree[Token], scope: NameScope) -> Clause:
        left, word, right = tree.children
        return comparing.comparison(self, tree, left, comparing.before_or_after(word), right, scope, time=True)

    def _age(self, tree: Tree[Token], scope: NameScope) -> Clause:
        left, operator, count, unit, which = tree.children
        return comparing.age(self, tree, self.time(left, scope), comparing.operator_of(operator), count, unit, which)

    def _earlier_age(self, tree: Tree[Token], scope: NameScope) -> Clause:
        left, word, count, unit, which = tree.children
        return comparing.beyond_age(self, tree, self.time(left, scope), word, count, unit, which)

    def _among(self, tree: Tree[Token], scope: NameScope) -> Clause:
        listed = next(c for c in tree.children if isinstance(c, Tree) and c.data == "choices")
        choices = [c for c in listed.children if isinstance(c, Tree)]
        clause = comparing.among(self, tree, tree.children[0], choices, scope)
        return self._negated_if_written(tree, clause)

    def _contains(self, tree: Tree[Token], scope: NameScope) -> Clause:
        word = next(c for c in tree.children if isinstance(c, Token))
        clause = comparing.contains(self, tree, tree.children[0], word, tree.children[-1], scope)
        return self._negated_if_written(tree, clause)

    def _at(self, tree: Tree[Token], scope: NameScope) -> Clause:
        value = self.time(tree.children[0], scope)
        return self._negated_if_written(tree, comparing.during(self, self.words(tree), value, tree.children[-1]))

    def _negated_if_written(self, tree: Tree[Token], clause: Clause) -> Clause:
        """The clause, or its opposite where the operator is written with a `not`."""
        marks = [c for c in tree.children if isinstance(c, Tree) and c.data == "not_word"]
        words = [token.type for mark in marks for token in mark.children if isinstance(token, Token)]
        return Not(self.words(tree), clause) if {"NOT", "DOES_NOT"} & set(words) else clause

    def _has_value(self, tree: Tree[Token], scope: NameScope) -> Clause:
        value = self.value(tree.children[0], scope)
        if not isinstance(value, Attribute):
            self.refuse(tree.children[0], "only an attribute has a value or none", hint="Ask it of each attribute.")
        return HasValue(self.words(tree), value)

    def _has_no_value(self, tree: Tree[Token], scope: NameScope) -> Clause:
        return Not(self.words(tree), self._has_value(tree, scope))

    def _in_cohort(self, tree: Tree[Token], scope: NameScope) -> Clause:
        name = str(literals.text(str(tree.children[1])).value)
        generated = (f"currently_member_of_{name}", f"currently_member_of_{name}_cohort")
        known = [resolve(self.catalogue, scope, attribute) for attribute in generated]
        found = [attribute for attribute in known if isinstance(attribute, Attribute) and attribute.type == "boolean"]
        if not found:
            nearest = self.catalogue.nearest(scope.subject, generated[0])
            self.refuse(tree.children[1], f"there is no cohort {name!r}", suggestion=nearest)
        self.entities.add(found[0].entity)
        return Truth(self.words(tree), found[0])

    # ------------------------------------------------------------ others and events

    def _quantified(self, tree: Tree[Token], scope: NameScope) -> Clause:
        quantifier, target, body = tree.children
        word = str(quantifier).lower().replace("every", "all")
        return self._about_others(tree, target, _RELATIONS[target.type], word, body, scope)  # type: ignore[union-attr]

    def _counted(self, tree: Tree[Token], scope: NameScope) -> Clause:
        word, count, target, body = tree.children
        how_many = self._how_many(word, count)
        return self._about_others(tree, target, _RELATIONS[target.type], how_many, body, scope)  # type: ignore[union-attr]

    def _parent_or_organisation(self, tree: Tree[Token], scope: NameScope) -> Clause:
        target, body = tree.children
        return self._about_others(tree, target, _PLAIN_RELATIONS[target.type], "any", body, scope)  # type: ignore[union-attr]

    def _about_others(
        self, tree: Tree[Token], at: Syntax, to: Any, quantifier: Any, body: Syntax, scope: NameScope
    ) -> Quantified:
        if scope.subject not in _SUBJECTS[to]:
            origins = " or ".join(_SUBJECTS[to])
            self.refuse(at, f"{to} leads on from an {origins}, and this is about {scope.phrase}")
        if scope.hops == _MOST_HOPS:
            self.refuse(at, f"at most {_MOST_HOPS} steps may follow each other")
        self.entities |= {"person"} if to == "organisation" else set()
        return Quantified(self.words(tree), to, quantifier, self.clause(body, scope.for_others(to)))

    def _did(self, tree: Tree[Token], scope: NameScope) -> Clause:
        if scope.subject == "event":
            self.refuse(tree, "an event does nothing itself", hint="Ask for its name: `name = 'Project Created'`.")
        parts = {child.data: child for child in tree.children if isinstance(child, Tree)}
        tokens = {token.type: token for token in tree.children if isinstance(token, Token)}
        times = self._times(parts["times"]) if "times" in parts else HowMany(">=", 1)
        when_words = next((part for name, part in parts.items() if name.startswith("when")), None)
        when = None if when_words is None else comparing.when(self, when_words)
        where = self.clause(parts["where"].children[-1], scope.for_events()) if "where" in parts else None
        self.entities |= {"event"} if where else set()
        did = Did(self.words(tree), str(literals.text(str(tokens["STRING"])).value), times, when, where)
        return Not(did.text, did) if "NOT" in tokens else did

    def _times(self, tree: Tree[Token]) -> HowMany:
        if tree.children[0].type == "ONCE":  # type: ignore[union-attr]
            return HowMany(">=", 1 if str(tree.children[0]).lower() == "once" else 2)
        return self._how_many(tree.children[0], tree.children[1])

    def _how_many(self, word: Any, count: Any) -> HowMany:
        words = " ".join(str(word).lower().split())
        number = self.read(count, literals.whole)
        operator = _COUNTS.get(words) or comparing.operator_of(word)
        if operator == "<" and number == 0:
            self.refuse(count, "nothing is fewer than 0 times")
        if operator == "!=":
            self.refuse(word, f"how many: {words!r} is not understood", hint="Write at least, at most or exactly.")
        return _whole_count(operator, number)

    _CLAUSES: ClassVar[Mapping[str, Callable[[Analyser, Tree[Token], NameScope], Clause]]] = {
        "either": _either,
        "both": _both,
        "negation": _negation,
        "comparison": _comparison,
        "age": _age,
        "earlier": _earlier,
        "earlier_age": _earlier_age,
        "among": _among,
        "at": _at,
        "contains": _contains,
        "has_value": _has_value,
        "has_no_value": _has_no_value,
        "in_cohort": _in_cohort,
        "step": _quantified,
        "counted_step": _counted,
        "plain_step": _parent_or_organisation,
        "did": _did,
    }
    """The clauses of the grammar, by the names of their rules."""


def _whole_count(operator: Comparison, number: int) -> HowMany:
    match operator:
        case ">":
            return HowMany(">=", number + 1)
        case "<":
            return HowMany("<=", number - 1)
        case ">=" | "<=" | "=":
            return HowMany(operator, number)
        case _:
            assert_never(operator)
