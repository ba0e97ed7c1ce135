"""The error in a criterion, and its place (C4)."""

from __future__ import annotations

from graph.errors import UserMistake

__all__ = ["CriteriaError"]

_MOST = 400


class CriteriaError(UserMistake):
    """A criterion that can't be understood.

    `line` and `column` (both from 1) are the place, `found` the text there, `suggestion` the text that may be meant.
    """

    def __init__(
        self,
        problem: str,
        *,
        line: int,
        column: int,
        found: str,
        suggestion: str | None = None,
        hint: str | None = None,
    ) -> None:
        """Build the message: where, what, and what would be right."""
        advice = f"did you mean `{suggestion}`?" if suggestion else hint
        super().__init__("INVALID_CRITERION", f"line {line}, column {column}: {_short(problem)}", hint=advice)
        self.line = line
        self.column = column
        self.found = found
        self.suggestion = suggestion


def _short(problem: str) -> str:
    """Return the problem, without its middle where it repeats much of the criterion."""
    return problem if len(problem) <= _MOST else f"{problem[: _MOST // 2]} … {problem[-_MOST // 4 :]}"
