"""The lines of examples in docs/attributes.md, beside those of docs/journeys.md."""

from __future__ import annotations

from typing import Any

from graph.calculated.attribute_history import attribute_history
from graph.calculated.definition import Calculated, Rule
from graph.computed.calculated import define_calculated, remove_attribute
from graph.computed.scores import score_parts
from graph.computed.uses import attribute_uses
from graph.times import iso
from tests.docs.examples import loaded
from tests.docs.stages import StageRun


class AttributeRun(StageRun):
    """An example that may also define attributes, and read their values, parts and uses."""

    async def do_calculate(self, text: str) -> None:
        """Define a calculated attribute."""
        name, _, definition = text.partition(" ")
        given = loaded(definition)
        rules = tuple(Rule(**each) for each in given.get("score", ()))
        entity = given.get("entity", "organisation")
        await define_calculated(self.graph, self.clock, Calculated(name, given.get("formula"), rules, entity=entity))

    async def do_values(self, text: str) -> list[Any]:
        """Return the attributes of every organisation, after its name."""
        wanted = ", ".join(f"o.{name}" for name in text.split())
        return await self.rows(f"MATCH (o:Organisation) RETURN o.name AS name, {wanted}", {})

    async def do_people(self, text: str) -> list[Any]:
        """Return the attributes of every person, after their name."""
        wanted = ", ".join(f"p.{name}" for name in text.split())
        return await self.rows(f"MATCH (p:Person) RETURN p.name AS name, {wanted}", {})

    async def do_memberships(self, text: str) -> list[Any]:
        """Return the attributes of every membership, after the names of its person and its organisation."""
        wanted = ", ".join(f"m.{name}" for name in text.split())
        match = "MATCH (p:Person)-[:HAS_MEMBERSHIP]->(m:Membership)-[:IN_ORGANISATION]->(o:Organisation)"
        return await self.rows(f"{match} RETURN p.name AS person, o.name AS organisation, {wanted}", {})

    async def do_parts(self, text: str) -> list[Any]:
        """Return the rules of a score, and whether each holds."""
        organisation, name = text.split()
        found = await score_parts(self.graph, self.clock, await self.id("organisation", organisation), name)
        return [[each.rule.name, each.rule.weight, each.explanation.holds] for each in found]

    async def do_uses(self, text: str) -> list[Any]:
        """Return the uses of an attribute, in words."""
        return [str(each) for each in await attribute_uses(self.graph, *_named(text))]

    async def do_was(self, text: str) -> list[Any]:
        """Return every value of an attribute: its first day, the value, its source."""
        organisation, name = text.split()
        id = await self.id("organisation", organisation)
        found = await attribute_history(self.graph, "organisation", id, name)
        return [[iso(step.since)[:10], step.value, step.source] for step in found.values]

    async def do_take_away(self, text: str) -> None:
        await remove_attribute(self.graph, self.clock, *_named(text))


def _named(text: str) -> tuple[str, str]:
    """Return an entity and a name: `usage` is an attribute of organisations, `person.usage` of people."""
    entity, dot, name = text.partition(".")
    return (entity, name) if dot else ("organisation", text)
