"""Writes people, organisations and source records. New nodes that belong together are written in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph.facts.subjects import sorted_keys
from graph.identity.kinds import SEEN, Entity, kind_of, value_of
from graph.identity.regions import pairs_of
from graph.writer.definitions import Definitions
from graph.writer.entities import entity_rows
from graph.writer.graph_state import GraphState, Side, slices
from graph.writer.membership_plan import MembershipPlan
from graph.writer.records import SourceRecord, SourceRecords
from graph.writer.settlement import Settlement

FirstReports = Mapping[str, tuple[int, str]]
"""The time and source of each identity's first report in these facts."""
Before = Mapping[str, Mapping[str, Sequence[Any]]]


async def write_entities(
    state: GraphState,
    definitions: Definitions,
    records: SourceRecords,
    before: Before,
    settled: Mapping[Entity, Settlement],
    first_reports: Mapping[Entity, FirstReports],
) -> None:
    """Create and change people and organisations. A new one is written with its identities, evidence and records."""
    for side in (state.people, state.organisations):
        more: dict[str, Any] = {"now": state.now} if side.entity == "organisation" else {}
        for ids in slices(side.dirty):
            rows = entity_rows(state, side, ids, definitions, records, before[side.entity])
            new_rows, flat_rows = _rows_of_new(side, rows, records, settled[side.entity], first_reports[side.entity])
            await state.run(f"introduce_{side.label}", flat_rows, **more)
            await state.run(f"create_{side.label}", new_rows, **more)
            await state.run(f"update_{side.label}", [row for row in rows if row["id"] not in side.created])
    state.touched |= state.organisations.dirty - state.organisations.created
    for person in state.people.dirty:
        state.touched |= state.spells_of(person).keys()


def _rows_of_new(
    side: Side,
    rows: Iterable[Mapping[str, Any]],
    records: SourceRecords,
    settled: Settlement,
    first_reports: FirstReports,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return nested and flat rows of new owners.

    An owner with one record and identities from one report gets a flat row. Engines read flat rows much faster than
    nested ones.
    """
    new_rows, flat_rows = [], []
    for row in rows:
        if row["id"] in side.created:
            keys = sorted_keys(side.entity, list(side.keys[row["id"]]))
            identities = _linked_identities(side, keys, settled, first_reports)
            descriptions = _take_records(records, keys, side.entity, row["id"])
            if identities and len(descriptions) == 1:
                flat_rows.append({**row, **identities[0], **_flat(descriptions[0])})
            else:
                new_rows.append({**row, "identities": identities, "records": descriptions})
    return new_rows, flat_rows


def _flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record's values under names that do not clash with those of its subject's identity."""
    return {
        "record": record["key"],
        "record_source": record["source"],
        "record_id": record["id"],
        "via": record["via"],
        "observed": record["observed"],
        "hash": record["hash"],
        "attributes": record["attributes"],
        "past": record["past"],
    }


def _linked_identities(
    side: Side, keys: tuple[str, ...], settled: Settlement, first_reports: FirstReports
) -> list[dict[str, Any]]:
    """Return the strongest identity with the others linked to it; empty unless all of them are new."""
    if not side.new_keys.issuperset(keys) or not side.unowned_keys.isdisjoint(keys):
        return []
    pairs = pairs_of(keys)
    for pair in pairs:
        if settled.evidence.get(pair) != SEEN:
            return []
    for pair in pairs:
        del settled.evidence[pair]
    settled.written.update(keys)
    others = [_identity(key, first_reports[key]) for key in keys[1:]]
    return [_identity(keys[0], first_reports[keys[0]]) | {"others": others}]


def _identity(key: str, first_reports: tuple[int, str]) -> dict[str, Any]:
    return {
        "key": key,
        "kind": kind_of(key),
        "value": value_of(key),
        "first": first_reports[0],
        "source": first_reports[1],
    }


def _take_records(records: SourceRecords, keys: Iterable[str], kind: str, target: str) -> list[dict[str, Any]]:
    """Return the new records of a new owner, to be written with it."""
    rows = []
    for record in records.of_kind(keys, kind):
        if record.is_new and record.is_changed:
            record.is_changed, record.described_ids = False, {target}
            rows.append(record.row())
    return rows


async def write_records(state: GraphState, records: SourceRecords, plan: MembershipPlan) -> None:
    """Write the remaining records, and link every record to what it describes now."""
    changed = records.changed_records()
    await state.run("create_records", [record.row() for record in changed if record.is_new])
    await state.run("update_records", [record.row() for record in changed if not record.is_new])
    await _describe(state, records, plan)


async def _describe(state: GraphState, records: SourceRecords, plan: MembershipPlan) -> None:
    if not records.by_key:
        return
    rows: dict[str, list[dict[str, str]]] = {"people": [], "organisations": [], "memberships": []}
    stale: list[str] = []
    holders: dict[str, Mapping[str, str]] = {
        side.entity: _holders(side) for side in (state.people, state.organisations)
    }
    for record in records.by_key.values():
        label, targets = _targets(state, record, holders, plan)
        if targets is None or targets == record.described_ids:
            continue
        if record.described_ids:
            stale.append(record.key)
        rows[label] += [{"key": record.key, "target": id} for id in sorted(targets)]
    await state.run("remove_descriptions", stale, "keys")
    for label, described in rows.items():
        await state.run(f"describe_{label}", described)


def _holders(side: Side) -> dict[str, str]:
    return {key: id for id, keys in side.keys.items() for key in keys} | side.owner


def _targets(
    state: GraphState, record: SourceRecord, holders: Mapping[str, Mapping[str, str]], plan: MembershipPlan
) -> tuple[str, set[str] | None]:
    if record.object == "membership":
        return "memberships", plan.describes.get(record.key)
    side = state.people if record.object == "person" else state.organisations
    owner = holders[side.entity].get(record.via)
    return side.label, {owner} if owner else None
