"""The inputs of a rule. An input without a history is refused: its present value would prove nothing about the past."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from graph.attributes.catalogue import Catalogue, Definition
from graph.calculated.attribute_history import is_remembered
from graph.calculated.definition import Calculated, calculated_attribute
from graph.criteria import mentioned, parse, parse_formula
from graph.criteria.tree import Clause, Did, Quantified, Span, children, clauses
from graph.errors import UserMistake, with_article
from graph.rollups.checking import target_of
from graph.rollups.stored import StoredRollUp

__all__ = ["Needs", "Properties", "needs"]

_SEEN = frozenset({"firstSeenAt", "lastSeenAt"})
Properties = dict[str, Definition]
"""Attributes by property."""


@dataclass
class Needs:
    """Everything that criteria read, directly or by way of calculated attributes and roll-ups.

    `remembered` are the attributes whose history is read, by entity and property. `events` are names; None stands for every
    event. `event_values` are the properties of events that are read.
    """

    remembered: dict[str, Properties] = field(
        default_factory=lambda: {"organisation": {}, "person": {}, "membership": {}}
    )
    generated: Properties = field(default_factory=dict)
    calculated: dict[str, Calculated] = field(default_factory=dict)
    rolled_up: dict[str, StoredRollUp] = field(default_factory=dict)
    events: set[str | None] = field(default_factory=set)
    event_values: set[str] = field(default_factory=set)
    members: bool = False
    people_seen: bool = False


def needs(criteria: Iterable[str], catalogue: Catalogue, roll_ups: Iterable[StoredRollUp]) -> Needs:
    """Return the inputs of criteria about organisations. Raises UserMistake for one without a history, CriteriaError."""
    collector = _NeedsCollector(
        catalogue, {each.property: each for each in roll_ups if each.entity == "organisation"}, Needs()
    )
    for text in criteria:
        collector.clause(parse(text, subject="organisation", catalogue=catalogue).root)
    return collector.found


@dataclass
class _NeedsCollector:
    catalogue: Catalogue
    roll_ups: dict[str, StoredRollUp]
    found: Needs

    def clause(self, clause: Clause, *, within: bool = False) -> None:
        """Collect everything that a clause reads. `within`: the clause is about members."""
        if isinstance(clause, Did):
            self.did(clause)
        elif isinstance(clause, Quantified):
            if clause.to != "member":
                raise _refused(f"`{clause.text}` asks of other organisations, whose places then are not known")
            self.found.members = True
            self.clause(clause.body, within=True)
        elif parts := children(clause):
            for part in parts:
                self.clause(part, within=within)
        else:
            for attribute in mentioned(clause):
                self.attribute(attribute.entity, attribute.definition, within=within)

    def did(self, did: Did) -> None:
        """Collect the events that a clause counts."""
        self.found.events.add(did.event)
        if did.where is not None:
            self.event_condition(did.where)

    def event_condition(self, where: Clause) -> None:
        """Collect the properties of events that a condition reads. The condition must not depend on time."""
        if any(isinstance(each, Span | Quantified | Did) for each in clauses(where)):
            raise _refused(f"`{where.text}` depends on when it is asked")
        for attribute in mentioned(where):
            if attribute.entity != "event":
                raise _refused(f"`{where.text}` asks for more than the event itself")
            self.found.event_values.add(attribute.definition.property)

    def attribute(self, entity: str, definition: Definition, *, within: bool) -> None:
        """Collect one attribute. Raises UserMistake if it has no history."""
        if definition.property in _SEEN and entity != "membership":
            self._add_sight(entity, definition)
        elif is_remembered(definition):
            self.found.remembered[entity][definition.property] = definition
        elif entity == "membership" and definition.name in ("since", "until"):
            return
        elif entity == "organisation" and not within:
            self._derived(definition)
        else:
            raise _no_past(entity, definition)

    def _add_sight(self, entity: str, definition: Definition) -> None:
        if definition.property == "lastSeenAt":
            if entity == "organisation":
                self.found.events.add(None)
            self.found.people_seen |= entity == "person"

    def _derived(self, definition: Definition) -> None:
        if definition.origin == "generated":
            self.found.generated[definition.property] = definition
        elif definition.origin == "calculated" and definition.property not in self.found.calculated:
            calculated = calculated_attribute(definition)
            self.found.calculated[definition.property] = calculated
            self._parts(calculated)
        elif definition.origin == "rolled_up":
            self._roll_up(definition)
        elif definition.origin != "calculated":
            raise _no_past("organisation", definition)

    def _parts(self, calculated: Calculated) -> None:
        for rule in calculated.score:
            self.clause(parse(rule.criterion, subject="organisation", catalogue=self.catalogue).root)
        if calculated.formula is not None:
            formula = parse_formula(calculated.formula, subject="organisation", catalogue=self.catalogue)
            for attribute in mentioned(formula):
                self.attribute(attribute.entity, attribute.definition, within=False)

    def _roll_up(self, definition: Definition) -> None:
        stored = self.roll_ups.get(definition.property)
        rule = None if stored is None else stored.roll_up
        if stored is None or rule is None or not _can_be_computed(stored):
            known = "only counts of people are known of then, and roll-ups of events other than the first or last value of a property"
            raise _refused(f"`{definition.name}` is a roll-up of another kind: {known}")
        self.found.rolled_up[definition.property] = stored
        if rule.source == "PEOPLE":
            self.found.members = True
            if rule.where is not None:
                self.clause(parse(rule.where, subject="membership", catalogue=self.catalogue).root, within=True)
            return
        self.found.events.add(rule.event_name)
        target = target_of(rule, self.catalogue)
        if target is not None:
            self.found.event_values.add(target.definition.property)
        if rule.event_where is not None:
            self.event_condition(parse(rule.event_where, subject="event", catalogue=self.catalogue).root)


def _can_be_computed(stored: StoredRollUp) -> bool:
    rule = stored.roll_up
    if stored.include_descendants or (rule.source == "PEOPLE" and rule.attribute is not None):
        return False
    if rule.source == "PEOPLE":
        return True
    # Of two events at one instant the first by id counts (R1), and ids are not loaded.
    return rule.where is None and not (rule.attribute is not None and rule.record.by_time)


def _no_past(entity: str, definition: Definition) -> UserMistake:
    return _refused(
        f"`{definition.name}` of {with_article(entity)} is {definition.origin.replace('_', ' ')}: its past is not kept"
    )


def _refused(reason: str) -> UserMistake:
    hint = "Leave it out with an entry criterion of your own, to test the rest."
    return UserMistake("NO_HISTORY", f"This cannot be back-tested: {reason}.", "entry", hint=hint)
