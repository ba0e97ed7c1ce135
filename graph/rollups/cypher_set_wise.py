"""All stored roll-ups of a batch of organisations or people at once: few statements, each of which shares one traversal.

A statement takes `$ids`, of organisations or else of people, and returns one list for each node with anything to count.
The list holds the node's id, the one of `$ids` that it belongs to, the values, then the instants of change by time alone.
A node without a list has the empty value of each (R1).
All lists come in one record, `rows`: that costs a third of as many records, on either engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, assert_never, get_args

from graph.rollups import cypher_pieces as pieces
from graph.rollups.checking import Target, target_of
from graph.rollups.columns import Column, Due, SetStatement
from graph.rollups.cypher_rows import GroupedRows, when
from graph.rollups.cypher_set_rows import RowKind, SetRows
from graph.rollups.rollup import Entity, RollUp

if TYPE_CHECKING:
    from graph.attributes.catalogue import Catalogue
    from graph.rollups.stored import StoredRollUp

__all__ = ["compile_set"]


def compile_set(stored: Sequence[StoredRollUp], entity: Entity, catalogue: Catalogue) -> list[SetStatement]:
    """Return the statements that compute all of `stored`, which are valid roll-ups of `entity`."""
    statements = []
    for kind in get_args(RowKind):
        chosen = [each for each in stored if _row_kind(each.roll_up, catalogue) == kind]
        for deep in (False, True):
            builder = _StatementBuilder(SetRows(kind, entity, deep, catalogue))
            builder.add(chosen)
            if builder.values or builder.dues:
                statements.append(builder.statement())
    return statements


def _row_kind(roll_up: RollUp, catalogue: Catalogue) -> RowKind:
    if roll_up.source == "EVENTS":
        return "counters" if roll_up.reads_counters else "events"
    target = target_of(roll_up, catalogue)
    return "memberships" if target and target.level == "membership" else "people"


@dataclass
class _StatementBuilder:
    """Collects the values of one statement, and when time alone changes them."""

    rows: SetRows
    values: list[str] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    windows: dict[str, Due] = field(default_factory=dict)

    @property
    def dues(self) -> list[tuple[str, Due]]:
        """Expressions for the instants at which time alone changes a value."""
        flips = [f"min(ru_f{i})" for i in range(len(self.rows.flips))]
        flips += [f"min({flip})" for flip in self.rows.event_flips]
        return [*((flip, Due(None)) for flip in flips), *self.windows.items()]

    def add(self, stored: Iterable[StoredRollUp]) -> None:
        """Add values of this depth. The flat statement has the dues of both depths, for an organisation's own rows."""
        for each in stored:
            is_of_depth = each.include_descendants == self.rows.deep
            if self.rows.deep and not is_of_depth:
                continue
            conditions = self.rows.conditions(each.roll_up)
            self.rows.reads.append(each.roll_up)
            if is_of_depth:
                self.values.append(self._value(each.roll_up, conditions))
                self.columns.append(self._column_of(each))
            if not self.rows.deep:
                self._add_window(each.roll_up, conditions)

    def _column_of(self, stored: StoredRollUp) -> Column:
        record = stored.roll_up.record
        counters = record.events.counters if self.rows.kind == "counters" else None
        in_milliseconds = counters is not None and counters.in_milliseconds
        return Column(stored.property, record.finish, in_milliseconds)

    def _value(self, roll_up: RollUp, conditions: list[str]) -> str:
        if roll_up.counts_people_behind_events:
            self.rows.needs_person = True
            return f"count(DISTINCT {when(conditions, 'ru_p')})"
        match self.rows.kind:
            case "counters":
                return self._over_counters(roll_up, conditions)
            case "events":
                return self._over_events(roll_up, target_of(roll_up, self.rows.catalogue), conditions)
            case "people" | "memberships":
                return self._over_people(roll_up, target_of(roll_up, self.rows.catalogue), conditions)
            case _:
                assert_never(self.rows.kind)

    def _over_people(self, roll_up: RollUp, target: Target | None, conditions: list[str]) -> str:
        if target is None:
            return f"count(DISTINCT {when(conditions, 'ru_p')})"
        value = pieces.property_of(target.definition, "ru_p" if target.level == "person" else "ru_m")
        rows = GroupedRows(
            conditions,
            value,
            target.definition.type,
            count=f"count(DISTINCT {when([*conditions, f'{value} IS NOT NULL'], 'ru_p')})",
            first="ru_p.firstSeenAt",
            last="ru_p.lastSeenAt",
            ids=("ru_p.id",) if self.rows.kind == "people" else ("ru_p.id", "ru_m.id"),
        )
        return roll_up.record.grouped(rows)

    def _over_counters(self, roll_up: RollUp, conditions: list[str]) -> str:
        counters = roll_up.record.events.counters
        assert counters is not None, "only the number of people has no day counters"
        position = self.rows.position(roll_up.event_name) if roll_up.event_name is not None else None
        return counters.function.format(when(conditions, counters.day_value("ru_a", position)))

    def _over_events(self, roll_up: RollUp, target: Target | None, conditions: list[str]) -> str:
        if target is not None:
            value, kind = pieces.property_of(target.definition, "ru_e"), target.definition.type
        else:
            value, kind = pieces.event_value(roll_up.record.events.reads), "datetime"
        rows = GroupedRows(
            conditions,
            value,
            kind,
            count=f"count({when(conditions, value)})",
            first="ru_e.occurredAt",
            last="ru_e.occurredAt",
            ids=("ru_e.id",),
        )
        return roll_up.record.grouped(rows)

    # when time alone changes a value

    def _add_window(self, roll_up: RollUp, conditions: list[str]) -> None:
        if roll_up.span is None:
            return
        ago, day = roll_up.end_days_ago, self.rows.day
        self.windows.setdefault(f"min({when(conditions, day)})", Due(roll_up.span))
        # An event may be a few minutes ahead of us: tomorrow's enters every window at midnight.
        coming = [f"{day} > $today"]
        if ago:
            coming = [*self.rows.conditions(roll_up, windowed=False), f"{day} > $first_day_{ago + 1}"]
        self.windows.setdefault(f"min({when(coming, day)})", Due(ago))

    # the statement

    def statement(self) -> SetStatement:
        """Return the statement with all columns."""
        dues = self.dues
        key = "ru_m" if self.rows.entity == "membership" else "ru_o"
        columns = [f"{value} AS v{i}" for i, value in enumerate(self.values)]
        columns += [f"{value} AS d{i}" for i, (value, _) in enumerate(dues)]
        aggregated = f"WITH {key}.id AS id, ru_id AS organisation, {', '.join(columns)}"
        names = [*(f"v{i}" for i in range(len(self.values))), *(f"d{i}" for i in range(len(dues)))]
        returned = f"RETURN collect([id, organisation, {', '.join(names)}]) AS rows"
        return SetStatement(
            "\n".join([*self.rows.match(), aggregated, returned]),
            self.rows.parameters.values,
            tuple(self.columns),
            tuple(due for _, due in dues),
            frozenset(self.rows.windows),
        )
