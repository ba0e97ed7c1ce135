"""No attribute of a source takes the place of a property of our own."""

from __future__ import annotations

import pytest

from graph.attributes.names import normalise, stored
from graph.engine import Graph
from graph.schema.vocabulary import ENTITY_LABELS, Owner, properties_of
from tests.graph.writer.company import every_kind, telling


def reserved(entity: str) -> set[str]:
    """Return the properties of our own that are no attributes of sources."""
    return {each.name for each in properties_of(entity) if each.owner is not Owner.SHARED}


@pytest.mark.parametrize("entity", ENTITY_LABELS)
async def test_every_name_of_ours_may_be_a_sources_attribute_beside_it(graph: Graph, entity: str) -> None:
    names = sorted(reserved(entity))
    values = {each: {} for each in ENTITY_LABELS} | {entity: {name: f"told {name}" for name in names}}
    async with telling(graph, every_kind(values)) as writer:
        again = await writer.submit(every_kind(values))
    assert (again.rejected, again.warnings) == ([], [])
    text_id = next(name for name in names if name == "id")
    found = await graph.query(
        f"MATCH (n:{ENTITY_LABELS[entity]}) WHERE n[$mark] = $told RETURN properties(n) AS held",
        {"mark": stored(entity, text_id), "told": f"told {text_id}"},
    )
    (row,) = found
    for name in names:
        assert row["held"][stored(entity, name)] == f"told {name}"
        assert row["held"].get(name) != f"told {name}"
        assert stored(entity, name) == normalise(name) + "_"
