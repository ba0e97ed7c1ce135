"""The rows of a statement over many nodes: the traversal to them, and the columns that are computed once for each row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from graph.criteria import ParameterBag
from graph.rollups import cypher_pieces as pieces
from graph.rollups.cypher_day_counters import days_that_count, position_of_name
from graph.rollups.rollup import Entity, RollUp

if TYPE_CHECKING:
    from graph.attributes.catalogue import Catalogue

__all__ = ["RowKind", "SetRows"]

RowKind = Literal["people", "memberships", "counters", "events"]
"""The rows that a statement aggregates: people once each, memberships, days with counters, or events."""


@dataclass
class SetRows:
    """The rows of one kind, of a batch of an `entity`. With `deep`, those of the whole hierarchy below an organisation.

    `flips` and `event_flips` are expressions for the instants at which time alone changes a condition.
    `windows` are the numbers of days until today whose bounds the statement takes as parameters.
    """

    kind: RowKind
    entity: Entity
    deep: bool
    catalogue: Catalogue
    parameters: ParameterBag = field(default_factory=ParameterBag)
    owner_columns: dict[str, str] = field(default_factory=dict)
    row_columns: dict[str, str] = field(default_factory=dict)
    column_names: dict[tuple[str, str], str] = field(default_factory=dict)
    flips: list[str] = field(default_factory=list)
    event_flips: dict[str, None] = field(default_factory=dict)
    windows: set[int] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    reads: list[RollUp] = field(default_factory=list)
    needs_person: bool = False

    @property
    def day(self) -> str:
        """The UTC day of a row of counters or events."""
        return "ru_a.day" if self.kind == "counters" else "date(ru_e.occurredAt)"

    @property
    def _criteria(self) -> pieces.Criteria:
        return pieces.Criteria(self.catalogue, self.parameters)

    # conditions on a row that counts

    def conditions(self, roll_up: RollUp, *, windowed: bool = True) -> list[str]:
        """Return the conditions on a row that counts; without `windowed`, on one that would count at some time."""
        conditions = []
        if roll_up.where is not None:
            conditions.append(f"{self._where(roll_up.where)} = 1")
        if self.kind in ("counters", "events"):
            conditions += self._event_conditions(roll_up, windowed)
        return conditions

    def _where(self, text: str) -> str:
        known = self.column_names.get(("w", text))
        if known:
            return known
        person = "ru_p" if self.kind in ("people", "memberships") else None
        condition = self._criteria.holds(text, "membership", "ru_m", person)
        flip = self._criteria.flips(text, "membership", "ru_m", person)
        if flip and not self.deep:
            self.flips.append(f"CASE WHEN ru_m:Membership THEN {flip} END")
        holds = f"CASE WHEN ru_m:Membership AND {condition} THEN 1 ELSE 0 END"
        return self._column(self.owner_columns, "w", text, holds)

    def _event_conditions(self, roll_up: RollUp, windowed: bool) -> list[str]:
        conditions = []
        if roll_up.event_name is not None:
            conditions.append(self._named(roll_up.event_name))
        if roll_up.window_days is not None and windowed:
            conditions.append(self._in_window(roll_up.window_days, roll_up.end_days_ago))
        if roll_up.event_where is not None:
            conditions.append(self._event_where(roll_up.event_where))
        return conditions

    def _name(self, name: str) -> str:
        if name not in self.names:
            self.names[name] = self.parameters.add(name)
        return self.names[name]

    def _named(self, name: str) -> str:
        if self.kind == "counters":
            return f"{self.position(name)} IS NOT NULL"
        return self._column(self.row_columns, "n", name, pieces.named("ru_e", self._name(name)))

    def position(self, name: str) -> str:
        """Return the column that holds the position of an event name in the lists of a day."""
        return self._column(self.row_columns, "i", name, position_of_name("ru_a", self._name(name)))

    def _in_window(self, days: int, ago: int) -> str:
        self.windows |= pieces.Window.spans(days, ago)
        window = pieces.Window.from_parameters(days, ago)
        is_counters = self.kind == "counters"
        condition = window.holds_day("ru_a.day") if is_counters else window.holds_instant("ru_e.occurredAt")
        return self._column(self.row_columns, "k", f"{days} until {ago}", f"({condition})")

    def _event_where(self, text: str) -> str:
        known = self.column_names.get(("x", text))
        if known:
            return known
        condition = self._criteria.holds(text, "event", "ru_e")
        flip = self._criteria.flips(text, "event", "ru_e")
        if flip and not self.deep:
            self.event_flips[flip] = None
        return self._column(self.row_columns, "x", text, condition)

    def _column(self, columns: dict[str, str], letter: str, key: str, expression: str) -> str:
        """The name of a column that is computed once for each row. Equal keys of a letter share one."""
        name = self.column_names.setdefault((letter, key), f"ru_{letter}{len(self.column_names)}")
        columns.setdefault(name, expression)
        return name

    # the traversal

    def match(self) -> list[str]:
        """Return the lines of the statement that lead from the batch to the rows with their columns."""
        return [*self._owners(), *self._rows()]

    def _owners(self) -> list[str]:
        """The traversal from the batch to the memberships, and the columns of each."""
        people = self.kind in ("people", "memberships")
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
        """The pattern from the batch. Only its beginning has a label, so that no plan begins elsewhere (`criteria/cypher`)."""
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
        computed = [f"{text} AS {name}" for name, text in self.owner_columns.items()]
        flips = [f"{text} AS ru_f{i}" for i, text in enumerate(self.flips)]
        return f"WITH ru_id, ru_o, ru_m, {', '.join([*person, *computed, *flips])}".rstrip(", ")

    def _kept(self) -> list[str]:
        return [*self.owner_columns, *(f"ru_f{i}" for i in range(len(self.flips)))]

    def _rows(self) -> list[str]:
        """The traversal from the memberships to the rows: people once each, days, or events."""
        if self.kind == "memberships":
            return []
        if self.kind == "people":
            once = [f"max({name}) AS {name}" for name in self.owner_columns]
            flips = [f"min(ru_f{i}) AS ru_f{i}" for i in range(len(self.flips))]
            return [f"WITH DISTINCT ru_id, ru_o, ru_p{''.join(', ' + each for each in [*once, *flips])}"]
        lines = [self._match_rows()]
        row = "ru_a" if self.kind == "counters" else "ru_e"
        kept = ["ru_id", "ru_o", "ru_m", row, *(["ru_p"] if self.needs_person else []), *self._kept()]
        computed = [f"{text} AS {name}" for name, text in self.row_columns.items()]
        return [*lines, f"WITH {', '.join([*kept, *computed])}"]

    def _match_rows(self) -> str:
        days = [each.span for each in self.reads]
        longest = None if None in days else max(each for each in days if each is not None)
        if self.kind == "counters":
            bound = [] if longest is None else [f"ru_a.day >= $first_day_{longest}"]
            bound += days_that_count("ru_a", self.names.values(), self.reads)
            match = "MATCH (ru_m)-[:ACTIVE_ON]->(ru_a)"
        else:
            bound = [] if longest is None else [f"ru_e.occurredAt >= $start_{longest}"]
            if all(each.event_name is not None for each in self.reads):
                bound.append(f"ru_e.name IN [{', '.join(self.names.values())}]")
            match = "MATCH (ru_m)-[:PERFORMED|RECORDED]->(ru_e)"
        return f"{match} WHERE {' AND '.join(bound)}" if bound else match
