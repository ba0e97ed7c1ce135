"""The precedence of sources: stored with the attribute, and applied to stored values (F4)."""

from collections.abc import Awaitable, Callable, Sequence

from graph.attributes.catalogue import COMPUTED, load_catalogue
from graph.attributes.names import ENTITIES, normalise
from graph.engine import Graph, Transaction
from graph.errors import UserMistake
from graph.identity.kinds import Entity
from graph.schema.vocabulary import precedence_names
from graph.writer.entities import stored_name
from queries import text


async def save_order(
    graph: Graph,
    entity: str,
    attribute: str,
    sources: Sequence[str],
    lock_others_out: Callable[[Transaction], Awaitable[None]],
) -> None:
    """Store the order of an attribute's sources, while `lock_others_out` excludes other writers.

    Raises UserMistake for an unknown attribute or a source named twice.
    """
    if entity not in ENTITIES or entity == "event":
        raise UserMistake("UNKNOWN_ENTITY", "entity is person, organisation or membership", "entity")
    if len(set(sources)) != len(sources) or not all(source.strip() for source in sources):
        raise UserMistake("BAD_SOURCES", "name each source once", "sources")
    name = normalise(attribute)
    catalogue = await load_catalogue(graph)
    definition = catalogue.find(entity, name)
    if definition is None and name not in precedence_names(entity):
        nearest = catalogue.nearest(entity, name)
        hint = f"did you mean {nearest}?" if nearest else None
        raise UserMistake("UNKNOWN_ATTRIBUTE", f"no {entity} has an attribute {attribute!r}", "attribute", hint=hint)
    if definition is not None and definition.origin in COMPUTED:
        raise UserMistake("COMPUTED_NAME", f"{attribute} is computed here; no source tells it", "attribute")
    row = {"key": f"{entity}:{name}", "entity": entity, "name": name, "sources": list(sources)}

    async def work(tx: Transaction) -> None:
        await lock_others_out(tx)
        await tx.execute(text("writer/save_order"), row)

    await graph.write(work)


async def affected_by(graph: Graph, entity: str, attribute: str) -> tuple[Entity, list[str]]:
    """Return the affected entity and ids: people for attributes of people and memberships, else organisations."""
    name = normalise(attribute)
    label = {"person": "people", "organisation": "organisations", "membership": "memberships"}[entity]
    property = "id" if name in precedence_names(entity) else stored_name(entity, name)
    rows = await graph.query(text(f"writer/with_attribute_{label}"), {"property": property})
    return ("organisation" if entity == "organisation" else "person"), rows[0]["ids"]
