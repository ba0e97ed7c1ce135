"""From syntax to values: the attribute that a name means (C3), literals, and arithmetic."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NoReturn

from lark import Token, Tree

from graph.attributes.catalogue import Catalogue
from graph.criteria import literals
from graph.criteria.advice import advice
from graph.criteria.name_resolution import NameScope, UnknownName, resolve
from graph.criteria.source_text import SourceText, Syntax
from graph.criteria.tree import Arithmetic, Attribute, Literal, Value
from graph.criteria.types_in_words import describe

__all__ = ["ValueAnalyser"]

_SIGNS = {"\N{MULTIPLICATION SIGN}": "*", "\N{DIVISION SIGN}": "/", "\N{MINUS SIGN}": "-"}


@dataclass
class ValueAnalyser(SourceText):
    """Finds the meaning of values in one criterion. `entities` gathers the entities whose attributes it names."""

    catalogue: Catalogue
    entities: set[str] = field(default_factory=set)

    def value(self, tree: Syntax, scope: NameScope) -> Value:
        """Return the value that a piece of syntax means. Raises CriteriaError for a condition, or a time relative to now."""
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
        return self._refuse_value(tree)

    def _refuse_value(self, tree: Tree[Token]) -> NoReturn:
        if tree.data == "null" and str(tree.children[0]).lower() == "null":
            self.refuse(tree, "nothing equals null", hint="Ask whether it `has any value` or `has no value`.")
        if tree.data == "null":
            self.refuse(tree, f"{self.words(tree)} is not a number", hint="Numbers are finite.")
        if tree.data in {"now", "day_word"}:
            self.refuse(tree, f"{self.words(tree)!r} can only be compared with a date", hint="As in `since < today`.")
        self.refuse(tree, f"a value is expected, and {self.words(tree)!r} is a condition")

    def _attribute(self, tree: Tree[Token], path: str, scope: NameScope) -> Attribute:
        found = resolve(self.catalogue, scope, path)
        if isinstance(found, UnknownName):
            better = advice(self.text, tree.meta.start_pos) if tree.meta.start_pos else None
            self.refuse(tree, found.problem, suggestion=None if better else found.nearest, hint=better or found.hint)
        self.entities.add(found.entity)
        return found

    def _chain(self, tree: Tree[Token], scope: NameScope) -> Value:
        value = self.number(tree.children[0], scope)
        for sign, operand in zip(tree.children[1::2], tree.children[2::2], strict=True):
            operator = _SIGNS.get(str(sign), str(sign))
            value = Arithmetic(operator, value, self.number(operand, scope))  # type: ignore[arg-type]
        return value

    def _signed(self, tree: Tree[Token], scope: NameScope) -> Value:
        value = self.number(tree.children[1], scope)
        if str(tree.children[0]) == "+":
            return value
        if isinstance(value, Literal):
            return replace(value, value=-value.value)  # type: ignore[operator]
        return Arithmetic("-", Literal("integer", 0), value)

    def number(self, tree: Syntax, scope: NameScope) -> Value:
        """Return a value that is a number. Raises CriteriaError for any other."""
        value = self.value(tree, scope)
        if value.type not in {"integer", "float"}:
            self.refuse(tree, f"only numbers can be calculated with, and {self.words(tree)} is {describe(value.type)}")
        return value

    def time(self, tree: Syntax, scope: NameScope) -> Value:
        """Return a value that is a date or datetime. Raises CriteriaError for any other."""
        value = self.value(tree, scope)
        if value.type == "text" and isinstance(value, Literal):
            text = str(value.value)
            value = self.read(tree, lambda _: literals.moment(text))
        if value.type not in {"date", "datetime"}:
            self.refuse(
                tree,
                f"{self.words(tree)} is {describe(value.type)}, not a date, so it is never before, after or within",
            )
        return value
