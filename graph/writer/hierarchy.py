"""Parents of organisations. Statements are kept; the oldest of a cycle is suppressed, in any order of arrival (F11)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from graph.attributes.precedence import SourceValue, winner
from graph.facts import EntityFact, Fact, Rejection
from graph.writer.event_placement import resolve_organisations
from graph.writer.graph_state import GraphState
from graph.writer.owned_keys import load_keys
from graph.writer.records import PARENT, SourceRecord, SourceRecords, read_attributes
from graph.writer.results import RowResults
from graph.writer.settlement import conflict_id


class Link(Struct, frozen=True):
    """One source's statement of a child's parent, None for no parent: ids of the organisations and the identities named."""

    child: str
    parent: str | None
    statement: SourceValue
    child_key: str
    parent_key: str | None


class Hierarchy(Struct):
    """The parents that hold, and the suppressed statements."""

    parents: dict[str, str]
    suppressed: list[Link]


def hierarchy(links: Iterable[Link], sources: Sequence[str]) -> Hierarchy:
    """Return the parent of every child: a pure function that breaks each cycle at its oldest statement."""
    by_child: dict[str, list[Link]] = {}
    for link in links:
        by_child.setdefault(link.child, []).append(link)
    suppressed: list[Link] = []
    # one cycle at a time: suppressing a statement may bring an older one of the child back
    while True:
        standing = {
            child: best
            for child, stated in by_child.items()
            if (best := _best(stated, sources)) is not None and best.parent
        }
        cycle = _cycle({child: str(link.parent) for child, link in standing.items()})
        if not cycle:
            return Hierarchy({child: str(link.parent) for child, link in standing.items()}, suppressed)
        oldest = min(
            (standing[child] for child in cycle),
            key=lambda link: (link.statement.at, link.child_key, link.statement.source),
        )
        by_child[oldest.child].remove(oldest)
        suppressed.append(oldest)


def _best(links: Sequence[Link], sources: Sequence[str]) -> Link | None:
    """Return the strongest source's statement. A null removes only what the same source stated before (F4)."""
    statement = winner((link.statement for link in links), sources)
    return next((link for link in links if link.statement is statement), None)


def _cycle(parents: Mapping[str, str]) -> list[str]:
    """Return the members of the first cycle in the order of ids; empty where there is none."""
    clean: set[str] = set()
    for start in sorted(parents):
        path: list[str] = []
        here = start
        while here in parents and here not in clean and here not in path:
            path.append(here)
            here = parents[here]
        if here in path:
            return path[path.index(here) :]
        clean.update(path)
    return []


async def settle_hierarchy(
    state: GraphState, records: SourceRecords, children: Iterable[str], sources: Sequence[str]
) -> list[Link]:
    """Write the parents of all organisations connected with these. Return the suppressed statements."""
    family = await _family(state, records, children)
    found = hierarchy(_links(state, family), sources)
    ids = sorted({owner for record in family for owner in (state.organisations.owner.get(record.via),) if owner})
    await _write(state, ids, found.parents)
    await _write_conflicts(state, family, _links(state, family), found.suppressed)
    return found.suppressed


async def _family(state: GraphState, records: SourceRecords, children: Iterable[str]) -> list[SourceRecord]:
    """Return all parent statements connected with these organisations, upward and downward."""
    found: dict[str, SourceRecord] = {}
    front = {key for id in children for key in state.organisations.keys.get(id, ())}
    visited: set[str] = set()
    while front:
        visited |= front
        rows = await state.fetch("parent_statements", {"keys": sorted(front)})
        adopted = [
            SourceRecord(key, source, PARENT, via, other, read_attributes(attributes, key))
            for key, source, via, other, attributes in rows
        ]
        changed = [record for record in records.by_key.values() if record.object == PARENT and record.is_changed]
        for record in [*adopted, *changed]:
            found[record.key] = records.by_key.get(record.key, record)
        named = {key for r in found.values() for key in (r.via, r.organisation_via) if key}
        await resolve_organisations(state, named)
        front = (named | await _other_keys(state, named)) - visited
    return list(found.values())


async def _other_keys(state: GraphState, named: Iterable[str]) -> set[str]:
    """Return all identities of the organisations that have these. Statements may name them by any."""
    side = state.organisations
    owners = {side.owner[key] for key in named if key in side.owner}
    await load_keys(state, side, owners - side.created)
    return {key for id in owners for key in side.keys.get(id, ())}


def _links(state: GraphState, family: Iterable[SourceRecord]) -> list[Link]:
    owner = state.organisations.owner
    links = []
    for record in family:
        at, parent_key = record.attributes[PARENT][:2]
        statement = SourceValue(at, parent_key, record.source)
        links.append(
            Link(owner[record.via], owner.get(parent_key) if parent_key else None, statement, record.via, parent_key)
        )
    return links


async def _write(state: GraphState, ids: list[str], parents: Mapping[str, str]) -> None:
    before = dict(await state.fetch("parents", {"ids": ids}))
    orphaned = [id for id in ids if id in before and before[id] != parents.get(id)]
    adopted = [{"child": id, "parent": parents[id]} for id in ids if id in parents and before.get(id) != parents[id]]
    await state.run("remove_parents", orphaned, "ids")
    await state.run("create_parents", adopted)
    changed = {*orphaned, *(row["child"] for row in adopted)}
    state.touched |= changed | {before[id] for id in orphaned} | {row["parent"] for row in adopted}


async def _write_conflicts(
    state: GraphState, family: Iterable[SourceRecord], links: Iterable[Link], suppressed: Iterable[Link]
) -> None:
    possible = {_id(link) for link in links if link.parent}
    possible |= {
        _conflict(record.source, record.via, parent) for record in family for parent in record.replaced_parents
    }
    found = {_id(link): link for link in suppressed}
    known = dict(await state.fetch("conflicts_known", {"ids": sorted(possible | found.keys())}))
    await state.run("remove_conflicts", sorted(known.keys() - found.keys()), "ids")
    rows: list[Any] = [
        {"id": id, "identities": [link.child_key, link.parent_key], "reason": "cycle"}
        for id, link in found.items()
        if id not in known
    ]
    await state.run("create_conflicts", rows, now=state.now)


def _id(link: Link) -> str:
    return _conflict(link.statement.source, link.child_key, str(link.parent_key))


def _conflict(source: str, child: str, parent: str) -> str:
    return conflict_id(("parent", source, child, parent))


def refuse_cycles(report: RowResults, facts: Sequence[Fact], suppressed: Sequence[Link]) -> None:
    """Report statements whose parent makes a cycle. They are kept, suppressed, and shown as conflicts (F11)."""
    stated = {(link.statement.source, link.child_key, link.parent_key) for link in suppressed}
    for fact in facts:
        if (
            isinstance(fact, EntityFact)
            and isinstance(fact.parent, str)
            and (fact.source, fact.keys[0], fact.parent) in stated
        ):
            message = (
                f"{fact.parent} as parent of {fact.keys[0]} makes a cycle; it is kept as a conflict and not applied"
            )
            report.rejections.append(Rejection(fact.index, "CYCLE", message, ["parent"], whole=False))
