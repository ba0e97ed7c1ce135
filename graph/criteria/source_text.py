"""The text of a criterion, and the places in it at which something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from lark import Token, Tree

from graph.criteria import literals, time_words
from graph.criteria.errors import CriteriaError

__all__ = ["SourceText", "Syntax"]

Syntax = Tree[Token] | Token
"""A piece of syntax, as the grammar has it."""


@dataclass
class SourceText:
    """The text of one criterion."""

    text: str

    def words(self, tree: Syntax) -> str:
        """Return the words of a piece of syntax."""
        if isinstance(tree, Token):
            return str(tree)
        return self.text[tree.meta.start_pos : tree.meta.end_pos]

    def read(self, at: Syntax, literal: Callable[[str], Any]) -> Any:
        """Return what a function of `literals` or `time_words` makes of a token.

        Raises CriteriaError at this place, where the function raises BadLiteral or BadLength.
        """
        try:
            return literal(str(at) if isinstance(at, Token) else self.words(at))
        except (literals.BadLiteral, time_words.BadLength) as error:
            self.refuse(at, str(error))

    def refuse(self, at: Syntax, problem: str, *, suggestion: str | None = None, hint: str | None = None) -> NoReturn:
        """Raise CriteriaError at this place."""
        place = at if isinstance(at, Token) else at.meta
        line, column = getattr(place, "line", 1) or 1, getattr(place, "column", 1) or 1
        raise CriteriaError(problem, line=line, column=column, found=self.words(at), suggestion=suggestion, hint=hint)
