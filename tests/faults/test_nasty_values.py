"""Names and values that no sane source sends. Each row is created or rejected with a reason, and harms no other (F9)."""

from __future__ import annotations

import os
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graph.engine import Graph
from graph.schema.doctor import check
from graph.writer import Writer, open_writer
from tests.engines.wiping import wipe
from tests.faults.rows import CLOCK, Row

pytestmark = pytest.mark.grows

EXAMPLES = 50 if os.environ.get("MEMBERGRAPH_LONG") == "1" else 25

NASTY_NAMES = (
    "a`b", "a.b", "$set", "{x}", "[0]", "a'b\"c", "\\", "\u0000", "\ud800", "x\ud800", "naïve", "ß", "İ", "ﬁ", "数", "१२", "²", "½",
    "Ⅷ", "ª", "e\u0301", "\u200b", "a\u200bb", "\u202eabc", "😀", "a😀", "1abc", "123", "_", "__proto__", "@rid", "@type", "@class",
    "rid", "type", "null", "true", "match", "id", "ID", "Id", "words", "provenance", "version", "hash", "via", "x" * 200, "y" * 201,
    "k" * 60_000, "ǆ", "\U0001d7d8", "a-b", "a b", "constructor", "in", "out", "firstSeenAt", "mergedInto", "roles",
)  # fmt: skip
NASTY_VALUES: tuple[Any, ...] = (
    2**63 - 1, 2**63, -(2**63), -(2**63) - 1, [2**63], [1, 2**70], 1e308, -0.0, 5e-324, float("nan"), float("inf"), [float("nan")],
    "", " ", "\u0000", "a\u0000b", "\ud800", ["\udfff"], {"\ud800": 1}, {"a\u0000": 1}, {"a": "\u0000"}, {"": ""}, "😀", "x" * 30_000,
    "x" * 99_000, "é" * 60_000, [[[[[[[[[[1]]]]]]]]]], [], [[]], {}, [None], [1, "a", True], [1, 2.5], [True, 1], ["2026-01-01", "x"],
    "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "2026-02-30", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z",
    "2026-01-01T25:00:00Z", "2026-01-01T00:00:00+99:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01T00:00",
    date(1, 1, 1), date(9999, 12, 31), datetime.fromisoformat("2026-01-01"), b"bytes", {1, 2}, object, (1, 2), 1 + 2j, {1: 2}, {None: 1}, True, None,
    ["x" * 9_000] * 10, list(range(3_000)),
)  # fmt: skip


def _deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = {"a": [value]}
    return value


_names = st.one_of(
    st.sampled_from([name for name in NASTY_NAMES if len(name) < 300]),
    st.text(max_size=12),
    st.text(st.characters(), max_size=6),
)
_values = st.one_of(
    st.sampled_from([value for value in NASTY_VALUES if len(repr(value)) < 100]),
    st.integers(),
    st.floats(),
    st.text(st.characters(), max_size=20),
    st.recursive(st.one_of(st.none(), st.integers(), st.text(max_size=5)), lambda c: st.lists(c, max_size=3), max_leaves=6),
)  # fmt: skip
_texts = st.one_of(st.sampled_from(["x", "😀", "\u0000", "\ud800", "a" * 600, "İ@x.test", "ß", " "]), _names, _values)
_identities = st.lists(
    st.fixed_dictionaries(
        {"kind": st.one_of(st.sampled_from(["user_id", "email", "crm`x"]), _texts), "value": st.one_of(st.just("u1"), _texts)}
    ),
    max_size=2,
)  # fmt: skip
_attributes = st.dictionaries(_names, _values, max_size=4)
_times = st.one_of(st.just("2026-01-01T00:00:00Z"), _values)


@st.composite
def _rows(draw: st.DrawFn) -> Row:
    row: Row = {"source": draw(st.one_of(st.just("crm"), _texts)), "observedAt": draw(_times)}
    who = {"identity": {"kind": "user_id", "value": draw(st.one_of(st.just("u1"), _texts))}}
    where = {"identity": {"kind": "organisation_id", "value": draw(st.one_of(st.just("o1"), _texts))}}
    kind = draw(st.sampled_from(["person", "organisation", "membership", "event"]))
    row["type"] = kind
    if kind in ("person", "organisation"):
        row |= {"identities": draw(_identities), "name": draw(_texts), "firstSeenAt": draw(_times)}
        row["attributes"] = draw(_attributes)
    elif kind == "membership":
        row |= {
            "person": who,
            "organisation": where,
            "role": draw(_texts),
            "stage": draw(_texts),
            "since": draw(_times),
        }
        row["attributes"] = draw(_attributes)
    else:
        row |= {
            "id": draw(_texts),
            "name": draw(_texts),
            "occurredAt": draw(_times),
            "person": who,
            "organisation": where,
        }
        row["properties"] = draw(_attributes)
    return draw(st.sampled_from([row, {name: value for name, value in row.items() if draw(st.booleans())}]))


async def answered(writer: Writer, rows: list[Row]) -> list[str]:
    """The codes of whole rows rejected; fails where a row is neither used nor rejected."""
    outcome = await writer.submit(rows)
    refused = {each.index: each.code for each in outcome.rejected}
    for index, id in enumerate(outcome.ids):
        assert (id is None) == (index in refused), (rows[index], refused.get(index))
    assert outcome.created + outcome.updated + outcome.unchanged + len(refused) == len(rows)
    return list(refused.values())


@pytest.mark.parametrize("entity", ["person", "organisation", "membership", "event"])
async def test_F9_every_nasty_name_and_value_is_stored_or_refused_alone(graph: Graph, entity: str) -> None:
    writer = await open_writer(graph, CLOCK)
    rows = [_row(entity, name, "x", place) for place, name in enumerate(NASTY_NAMES)]
    rows += [_row(entity, f"v{place}", value, 1_000 + place) for place, value in enumerate(NASTY_VALUES)]
    rows += [_row(entity, f"deep{levels}", _deep(levels), 2_000 + levels) for levels in (50, 100, 400, 2_000)]
    try:
        refused = await answered(writer, rows)
        assert refused == [], "a bad attribute is refused alone; its row is good"
    finally:
        await writer.close()
    assert await check(graph) == []


def _row(entity: str, name: str, value: Any, place: int) -> Row:
    who = {"identity": {"kind": "user_id", "value": f"u{place}"}}
    where = {"identity": {"kind": "organisation_id", "value": f"o{place}"}}
    given = {name: value}
    if entity == "event":
        return {
            "type": "event",
            "name": "E",
            "id": str(place),
            "occurredAt": "2026-01-01",
            "person": who,
            "properties": given,
        }
    if entity == "membership":
        return {"type": "membership", "person": who, "organisation": where, "attributes": given}
    return {"type": entity, "identities": [(who if entity == "person" else where)["identity"]], "attributes": given}


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(rows=st.lists(_rows(), min_size=1, max_size=12))
async def test_F9_nothing_a_source_can_send_is_an_exception(graph: Graph, rows: list[Row]) -> None:
    writer = await open_writer(graph, CLOCK)
    good = {
        "type": "event",
        "name": "Login",
        "id": "good",
        "occurredAt": "2026-01-01",
        "person": {"email": "good@x.test"},
    }
    try:
        await answered(writer, rows)
        assert await answered(writer, [*rows, good, *rows]) != ["good"]
    finally:
        await writer.close()
    assert len(await graph.query("MATCH (e:Event) WHERE e.id ENDS WITH 'good' RETURN e.id", {})) == 1
    assert await check(graph) == []
    await wipe(graph)
