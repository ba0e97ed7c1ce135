"""The compiler from values and times to Cypher. Every literal is a parameter; an unknown value is null."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import assert_never

from graph.clock import DAY, epoch_ms
from graph.criteria.parameters import StatementParameters
from graph.criteria.tree import Arithmetic, Attribute, DayOf, Literal, Occurred, Shift, Span, Value

__all__ = ["Bindings", "Values", "quoted"]


Bindings = Mapping[str, str]
"""The variable of each entity in scope, and under `subject` the entity that a clause is about.

Within `did` also expressions for the event's `date` and `datetime`."""


@dataclass(frozen=True)
class Values:
    """Compiles values. `now` is an expression in epoch milliseconds."""

    parameters: StatementParameters
    now: str = "$now"

    # ------------------------------------------------------------ values

    def value(self, value: Value, bindings: Bindings) -> str:
        """Return an expression for the value, null where it is unknown."""
        match value:
            case Attribute():
                return self._attribute(value, bindings)
            case Literal():
                return self._literal(value)
            case Arithmetic(operator="/"):
                left, right = self._float(value.left, bindings), self._float(value.right, bindings)
                return f"(CASE WHEN {right} = 0 THEN null ELSE {left} / {right} END)"
            case Arithmetic():
                return f"({self._float(value.left, bindings)} {value.operator} {self._float(value.right, bindings)})"
            case DayOf():
                return f"date({self.value(value.value, bindings)})"
            case Occurred():
                return bindings[value.type]
            case _:
                assert_never(value)

    def _attribute(self, attribute: Attribute, bindings: Bindings) -> str:
        node, definition = bindings[attribute.entity], attribute.definition
        own = f"{node}.{quoted(definition.property)}"
        if definition.absent is not None:
            return f"coalesce({own}, {self.parameters.add(definition.absent)})"
        if definition.fallback is None:
            return own
        other = f"{node}.{quoted(definition.fallback)}"
        return f"coalesce({own}, {f'date({other})' if definition.type == 'date' else other})"

    def _float(self, value: Value, bindings: Bindings) -> str:
        # Whole numbers too: Neo4j fails a statement whose integers overflow, and divides them without a remainder.
        if isinstance(value, Literal):
            return self.parameters.add(float(value.value))  # type: ignore[arg-type]
        compiled = self.value(value, bindings)
        return compiled if isinstance(value, Arithmetic) else f"toFloat({compiled})"

    def _literal(self, literal: Literal) -> str:
        match literal.value:
            case datetime():
                return self.instant(self.parameters.add(epoch_ms(literal.value)))
            case date():
                return f"date({self.parameters.add(literal.value.isoformat())})"
        return self.parameters.add(literal.value)

    @staticmethod
    def instant(milliseconds: str) -> str:
        """Return a datetime of epoch milliseconds."""
        return f"datetime({{epochMillis: {milliseconds}}})"

    def earlier(self, milliseconds: int) -> str:
        """Return the instant so many milliseconds before now, as epoch milliseconds."""
        return f"{self.now} - {self.parameters.add(milliseconds)}" if milliseconds else self.now

    def today(self, days_earlier: int = 0) -> str:
        """Return today's UTC day, or an earlier one."""
        return f"date({self.instant(self.earlier(days_earlier * DAY))})"

    # ------------------------------------------------------------ time

    def span(self, span: Span, bindings: Bindings) -> str:
        """Return a boolean expression for whether a time lies within a span, null where the time is unknown."""
        value = self.value(span.value, bindings)
        bounds = []
        if span.begins is not None:
            bounds.append(self._begun(value, span.value.type, span.begins))
        if span.ends is not None:
            bounds.append(self._not_ended(value, span))
        return " AND ".join(bounds)

    def _begun(self, value: str, kind: str, begins: Shift) -> str:
        if begins.unit is not None:
            return f"{value} < {self._period(begins, 1)}"
        if begins.months:
            return f"{self.shifted(value, begins)} <= {self._present(kind)}"
        return f"{value} <= {self._back(kind, begins)}"

    def _not_ended(self, value: str, span: Span) -> str:
        assert span.ends is not None
        if span.ends.unit is not None:
            return f"{value} >= {self._period(span.ends, 1)}"
        if span.ends.months:
            return f"{self.shifted(value, span.ends)} > {self._present(span.value.type)}"
        return f"{value} > {self._back(span.value.type, span.ends)}"

    def _period(self, shift: Shift, later: int) -> str:
        # trunc(v) + k units <= today  is  v < trunc(today) - k units + 1 unit, and so is the end's bound turned round.
        months, days = {"week": (0, 7), "month": (1, 0), "quarter": (3, 0), "year": (12, 0)}[shift.unit or "week"]
        months, days = later * months - shift.months, later * days - shift.days
        start = f"date.truncate('{shift.unit}', {self.today()})"
        return self.shifted(start, Shift(months=months, days=days)) if months or days else start

    def _present(self, kind: str) -> str:
        return self.today() if kind == "date" else self.instant(self.now)

    def _back(self, kind: str, shift: Shift) -> str:
        return self.today(shift.days) if kind == "date" else self.instant(self.earlier(shift.milliseconds))

    def shifted(self, value: str, shift: Shift) -> str:
        """Return a time moved by a shift, whose unit is left aside."""
        parts = {"months": shift.months, "days": shift.days, "milliseconds": shift.milliseconds}
        written = ", ".join(f"{name}: {self.parameters.add(size)}" for name, size in parts.items() if size)
        return f"({value} + duration({{{written}}}))" if written else value


def quoted(name: str) -> str:
    """Return a property's name as a statement writes it."""
    return "`" + name.replace("`", "``") + "`"
