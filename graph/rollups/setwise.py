"""All stored roll-ups of a batch of organisations or people at once: few statements, each sharing one walk between many values.

A statement takes `$ids`, of organisations or else of people, and gives one list for each node that has anything to count:
its id, the one of `$ids` that it is of, the values, then what tells when a value changes by time alone. A node without one
has the value of nothing (R1). All lists come in one record, `rows`: that costs a third of as many records, on either engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from graph.criteria import ParameterBag
from graph.rollups import pieces
from graph.rollups.checking import Target, target_of
from graph.rollups.choosing import choice_of
from graph.rollups.columns import Column, Due, SetStatement
from graph.rollups.reductions import reduced
from graph.rollups.rollup import Entity, RollUp
from graph.rollups.sums import ROUNDED, when

if TYPE_CHECKING:
    from graph.attributes.catalogue import Catalogue
    from graph.rollups.stored import StoredRollUp

__all__ = ["compile_set"]

Walk = Literal["people", "memberships", "counters", "events"]


def compile_set(stored: Sequence[StoredRollUp], entity: Entity, catalogue: Catalogue) -> list[SetStatement]:
    """The statements that work out every one of `stored`, all of them valid and of `entity`."""
    statements = []
    for walk in ("people", "memberships", "counters", "events"):
        chosen = [each for each in stored if _walk(each.roll_up, catalogue) == walk]
        for deep in (False, True):
            builder = _Builder(walk, entity, deep, catalogue)
            builder.add(chosen)
            if builder.values or builder.dues or builder.flips:
                statements.append(builder.statement())
    return statements


def _walk(roll_up: RollUp, catalogue: Catalogue) -> Walk:
    if roll_up.source == "EVENTS":
        return "counters" if roll_up.from_counters else "events"
    target = target_of(roll_up, catalogue)
    return "memberships" if target and target.level == "membership" else "people"


@dataclass
class _Builder:
    """Collects the columns of one statement, and what they need of the rows they aggregate."""

    walk: Walk
    entity: Entity
    deep: bool
    catalogue: Catalogue
    parameters: ParameterBag = field(default_factory=ParameterBag)
    values: list[str] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    dues: dict[str, Due] = field(default_factory=dict)
    owner_columns: dict[str, str] = field(default_factory=dict)
    row_columns: dict[str, str] = field(default_factory=dict)
    column_names: dict[tuple[str, str], str] = field(default_factory=dict)
    flips: list[str] = field(default_factory=list)
    windows: set[int] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    reads: list[RollUp] = field(default_factory=list)
    needs_person: bool = False

    def add(self, stored: Iterable[StoredRollUp]) -> None:
        """Add values of this depth; the flat statement tells the dues of both, for an organisation's own rows."""
        for each in stored:
            mine = each.include_descendants == self.deep
            if not mine and self.deep:
                continue
            holds = self._holds(each.roll_up)
            self.reads.append(each.roll_up)
            if mine:
                self.values.append(self._value(each.roll_up, holds))
                in_milliseconds = self.walk == "counters" and each.roll_up.aggregation in ("FIRST", "LAST")
                kind = each.roll_up.aggregation
                self.columns.append(Column(each.property, in_milliseconds, choice_of(kind), kind in ROUNDED))
            if not self.deep:
                self._add_dues(each.roll_up, holds)

    @property
    def criteria(self) -> pieces.Criteria:
        return pieces.Criteria(self.catalogue, self.parameters)

    # what holds for a row that counts

    def _holds(self, roll_up: RollUp, *, windowed: bool = True) -> list[str]:
        """What holds for a row that counts, or would count if its time were in the window."""
        holds = []
        if roll_up.where is not None:
            holds.append(f"{self._where(roll_up.where)} = 1")
        if self.walk in ("counters", "events"):
            holds += self._event_holds(roll_up, windowed)
        return holds

    def _where(self, text: str) -> str:
        known = self.column_names.get(("w", text))
        if known:
            return known
        person = "ru_p" if self.walk in ("people", "memberships") else None
        condition = self.criteria.holds(text, "membership", "ru_m", person)
        flip = self.criteria.flips(text, "membership", "ru_m", person)
        if flip and not self.deep:
            self.flips.append(f"CASE WHEN ru_m:Membership THEN {flip} END")
        holds = f"CASE WHEN ru_m:Membership AND {condition} THEN 1 ELSE 0 END"
        return self._column(self.owner_columns, "w", text, holds)

    def _event_holds(self, roll_up: RollUp, windowed: bool) -> list[str]:
        holds = []
        if roll_up.event_name is not None:
            holds.append(self._named(roll_up.event_name))
        if roll_up.window_days is not None and windowed:
            holds.append(self._in_window(roll_up.window_days, roll_up.end_days_ago))
        if roll_up.event_where is not None:
            holds.append(self._event_where(roll_up.event_where))
        return holds

    def _name(self, name: str) -> str:
        if name not in self.names:
            self.names[name] = self.parameters.add(name)
        return self.names[name]

    def _named(self, name: str) -> str:
        if self.walk == "counters":
            return f"{self._position(name)} IS NOT NULL"
        return self._column(self.row_columns, "n", name, pieces.named("ru_e", self._name(name)))

    def _position(self, name: str) -> str:
        return self._column(self.row_columns, "i", name, pieces.day_named("ru_a", self._name(name)))

    def _in_window(self, days: int, ago: int) -> str:
        self.windows |= pieces.Window.spans(days, ago)
        window = pieces.Window.given(days, ago)
        holds = window.holds_day("ru_a.day") if self.walk == "counters" else window.holds_instant("ru_e.occurredAt")
        return self._column(self.row_columns, "k", f"{days} until {ago}", f"({holds})")

    def _event_where(self, text: str) -> str:
        known = self.column_names.get(("x", text))
        if known:
            return known
        condition = self.criteria.holds(text, "event", "ru_e")
        flip = self.criteria.flips(text, "event", "ru_e")
        if flip and not self.deep:
            self.dues[f"min({flip})"] = Due(None)
        return self._column(self.row_columns, "x", text, condition)

    def _column(self, columns: dict[str, str], letter: str, key: str, expression: str) -> str:
        """The name of a column that is computed once for each row; one for each key of a letter."""
        name = self.column_names.setdefault((letter, key), f"ru_{letter}{len(self.column_names)}")
        columns.setdefault(name, expression)
        return name

    # values

    @property
    def _day(self) -> str:
        return "ru_a.day" if self.walk == "counters" else "date(ru_e.occurredAt)"

    def _value(self, roll_up: RollUp, holds: list[str]) -> str:
        if roll_up.source == "EVENTS" and roll_up.counts_people:
            self.needs_person = True
            return f"count(DISTINCT {when(holds, 'ru_p')})"
        if roll_up.aggregation == "ACTIVE_DAYS":
            return f"count(DISTINCT {when(holds, self._day)})"
        if self.walk == "counters":
            return self._of_counters(roll_up, holds)
        target = target_of(roll_up, self.catalogue)
        if self.walk == "events":
            return self._of_events(roll_up, target, holds)
        return self._of_people(roll_up, target, holds)

    def _of_people(self, roll_up: RollUp, target: Target | None, holds: list[str]) -> str:
        if target is None:
            return f"count(DISTINCT {when(holds, 'ru_p')})"
        value = pieces.property_of(target.definition, "ru_p" if target.level == "person" else "ru_m")
        if roll_up.aggregation == "COUNT":
            return f"count(DISTINCT {when([*holds, f'{value} IS NOT NULL'], 'ru_p')})"
        ids = ["ru_p.id"] if self.walk == "people" else ["ru_p.id", "ru_m.id"]
        seen = {"FIRST": "ru_p.firstSeenAt", "LAST": "ru_p.lastSeenAt"}.get(roll_up.aggregation, "")
        return reduced(roll_up.aggregation, holds, value, target.definition.type, (seen, *ids))

    def _of_counters(self, roll_up: RollUp, holds: list[str]) -> str:
        position = self._position(roll_up.event_name) if roll_up.event_name is not None else None
        value = when(holds, pieces.counter("ru_a", roll_up.aggregation, position))
        function = {"COUNT": "sum", "FIRST": "min", "LAST": "max"}[roll_up.aggregation]
        return f"{function}({value})"

    def _of_events(self, roll_up: RollUp, target: Target | None, holds: list[str]) -> str:
        value = pieces.property_of(target.definition, "ru_e") if target else "ru_e.occurredAt"
        if roll_up.aggregation == "COUNT":
            return f"count({when(holds, value)})"
        kind = target.definition.type if target else "datetime"
        return reduced(roll_up.aggregation, holds, value, kind, ("ru_e.occurredAt", "ru_e.id"))

    # when time alone changes a value

    def _add_dues(self, roll_up: RollUp, holds: list[str]) -> None:
        if roll_up.span is None:
            return
        self.dues.setdefault(f"min({when(holds, self._day)})", Due(roll_up.span))
        ago, day = roll_up.end_days_ago, self._day
        # An event may be a few minutes ahead of us: tomorrow's enters every window at midnight.
        coming = (
            [*self._holds(roll_up, windowed=False), f"{day} > $first_day_{ago + 1}"] if ago else [f"{day} > $today"]
        )
        self.dues.setdefault(f"min({when(coming, day)})", Due(ago))

    # the statement

    def statement(self) -> SetStatement:
        """The statement with all that was added."""
        flips = [(f"min(ru_f{i})", Due(None)) for i in range(len(self.flips))]
        dues = [*flips, *self.dues.items()]
        key = "ru_m" if self.entity == "membership" else "ru_o"
        columns = [f"{value} AS v{i}" for i, value in enumerate(self.values)]
        columns += [f"{value} AS d{i}" for i, (value, _) in enumerate(dues)]
        worked_out = f"WITH {key}.id AS id, ru_id AS organisation, {', '.join(columns)}"
        names = [*(f"v{i}" for i in range(len(self.values))), *(f"d{i}" for i in range(len(dues)))]
        returned = f"RETURN collect([id, organisation, {', '.join(names)}]) AS rows"
        return SetStatement(
            "\n".join([*self._owners(), *self._rows(), worked_out, returned]),
            self.parameters.values,
            tuple(self.columns),
            tuple(due for _, due in dues),
            frozenset(self.windows),
        )

    def _owners(self) -> list[str]:
        """From the batch to the memberships, and what is true of each."""
        people = self.walk in ("people", "memberships")
        conditions = ["ru_d.uncounted IS NULL"] if self.deep else []
        if people:
            conditions += [pieces.counted("ru_m", "ru_p"), pieces.current("ru_m", "$now")]
        lines = ["UNWIND $ids AS ru_id", f"MATCH {self._pattern(people)}"]
        if conditions:
            lines.append(f"WHERE {' AND '.join(conditions)}")
        if self.needs_person and self.entity != "person":
            lines.append("OPTIONAL MATCH (ru_m)<-[:HAS_MEMBERSHIP]-(ru_p)")
        return [*lines, self._carried(people)]

    def _pattern(self, people: bool) -> str:
        """The walk from the batch. Only where it begins has a label, so that no plan begins elsewhere (`criteria/cypher`)."""
        if self.entity == "person":
            return "(ru_o:Person {id: ru_id})-[:HAS_MEMBERSHIP*0..1]->(ru_m)"
        start = "(ru_o:Organisation {id: ru_id})"
        if self.deep:
            start += "<-[:PART_OF*0..]-(ru_d:Organisation)"
        if people:
            return f"{start}<-[:IN_ORGANISATION]-(ru_m)<-[:HAS_MEMBERSHIP]-(ru_p)"
        if self.entity == "membership":
            return f"{start}<-[:IN_ORGANISATION]-(ru_m)"
        return f"{start}<-[:IN_ORGANISATION*0..1]-(ru_m)"

    def _carried(self, people: bool) -> str:
        person = ["ru_p"] if people else []
        if self.needs_person:
            who = "ru_o" if self.entity == "person" else "ru_p"
            person = [f"CASE WHEN {pieces.counted('ru_m', who)} THEN {who} END AS ru_p"]
        asked = [f"{text} AS {name}" for name, text in self.owner_columns.items()]
        flips = [f"{text} AS ru_f{i}" for i, text in enumerate(self.flips)]
        return f"WITH ru_id, ru_o, ru_m, {', '.join([*person, *asked, *flips])}".rstrip(", ")

    def _kept(self) -> list[str]:
        return [*self.owner_columns, *(f"ru_f{i}" for i in range(len(self.flips)))]

    def _rows(self) -> list[str]:
        """From the memberships to what is counted: people once each, days, or events."""
        if self.walk == "memberships":
            return []
        if self.walk == "people":
            once = [f"max({name}) AS {name}" for name in self.owner_columns]
            flips = [f"min(ru_f{i}) AS ru_f{i}" for i in range(len(self.flips))]
            return [f"WITH DISTINCT ru_id, ru_o, ru_p{''.join(', ' + each for each in [*once, *flips])}"]
        lines = [self._match_rows()]
        row = "ru_a" if self.walk == "counters" else "ru_e"
        kept = ["ru_id", "ru_o", "ru_m", row, *(["ru_p"] if self.needs_person else []), *self._kept()]
        computed = [f"{text} AS {name}" for name, text in self.row_columns.items()]
        return [*lines, f"WITH {', '.join([*kept, *computed])}"]

    def _match_rows(self) -> str:
        days = [each.span for each in self.reads]
        longest = None if None in days else max(each for each in days if each is not None)
        if self.walk == "counters":
            bound = [] if longest is None else [f"ru_a.day >= $first_day_{longest}"]
            bound += pieces.days_that_count("ru_a", self.names.values(), self.reads)
            match = "MATCH (ru_m)-[:ACTIVE_ON]->(ru_a)"
        else:
            bound = [] if longest is None else [f"ru_e.occurredAt >= $start_{longest}"]
            if all(each.event_name is not None for each in self.reads):
                bound.append(f"ru_e.name IN [{', '.join(self.names.values())}]")
            match = "MATCH (ru_m)-[:PERFORMED|RECORDED]->(ru_e)"
        return f"{match} WHERE {' AND '.join(bound)}" if bound else match
