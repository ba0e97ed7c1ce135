"""Who is whose parent: statements kept, the oldest of a cycle suppressed and shown, whatever the order of arrival (F11)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from graph.attributes.precedence import Said, winner
from graph.facts import EntityFact, Fact, Rejection
from graph.writer.holdings import load_keys
from graph.writer.outcome import Report
from graph.writer.placing import resolve_organisations
from graph.writer.records import PARENT, Record, Records, read_attributes
from graph.writer.settling import conflict_id
from graph.writer.world import World


class Link(Struct, frozen=True):
    """One source's word that a child is part of a parent (None: of nobody); ids of organisations, identities beside them."""

    child: str
    parent: str | None
    said: Said
    child_key: str
    parent_key: str | None


class Hierarchy(Struct):
    """The parents that stand, and the statements that had to be suppressed."""

    parents: dict[str, str]
    suppressed: list[Link]


def hierarchy(links: Iterable[Link], sources: Sequence[str]) -> Hierarchy:
    """The parent of every child. A pure function of the statements: cycles are broken at their oldest one, again and again."""
    by_child: dict[str, list[Link]] = {}
    for link in links:
        by_child.setdefault(link.child, []).append(link)
    suppressed: list[Link] = []
    while True:
        standing = {
            child: best for child, of in by_child.items() if (best := _best(of, sources)) is not None and best.parent
        }
        cycle = _cycle({child: str(link.parent) for child, link in standing.items()})
        if not cycle:
            return Hierarchy({child: str(link.parent) for child, link in standing.items()}, suppressed)
        oldest = min(
            (standing[child] for child in cycle), key=lambda link: (link.said.at, link.child_key, link.said.source)
        )
        by_child[oldest.child].remove(oldest)
        suppressed.append(oldest)


def _best(links: Sequence[Link], sources: Sequence[str]) -> Link | None:
    """What the strongest source says; a null removes only what that source said before (F4)."""
    said = winner((link.said for link in links), sources)
    return next((link for link in links if link.said is said), None)


def _cycle(parents: Mapping[str, str]) -> list[str]:
    """The members of one cycle, the smallest first found in the order of ids; empty where there is none."""
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
    world: World, records: Records, children: Iterable[str], sources: Sequence[str]
) -> list[Link]:
    """Computes and writes the parents of all organisations whose hierarchy hangs together with these; returns what was suppressed."""
    family = await _family(world, records, children)
    found = hierarchy(_links(world, family), sources)
    ids = sorted({owner for record in family for owner in (world.organisations.owner.get(record.via),) if owner})
    await _write(world, ids, found.parents)
    await _write_conflicts(world, family, _links(world, family), found.suppressed)
    return found.suppressed


async def _family(world: World, records: Records, children: Iterable[str]) -> list[Record]:
    """All parent statements that hang together with these organisations, upward and downward."""
    found: dict[str, Record] = {}
    front = {key for id in children for key in world.organisations.keys.get(id, ())}
    asked: set[str] = set()
    while front:
        asked |= front
        rows = await world.one("parent_statements", {"keys": sorted(front)})
        fresh = [
            Record(key, source, PARENT, via, other, read_attributes(attributes, key))
            for key, source, via, other, attributes in rows
        ]
        told = [record for record in records.by_key.values() if record.object == PARENT and record.changed]
        for record in [*fresh, *told]:
            found[record.key] = records.by_key.get(record.key, record)
        named = {key for r in found.values() for key in (r.via, r.organisation_via) if key}
        await resolve_organisations(world, named)
        front = (named | await _other_keys(world, named)) - asked
    return list(found.values())


async def _other_keys(world: World, named: Iterable[str]) -> set[str]:
    """Whatever else the organisations that have these identities are called: statements may name them by that, too."""
    side = world.organisations
    owners = {side.owner[key] for key in named if key in side.owner}
    await load_keys(world, side, owners - side.created)
    return {key for id in owners for key in side.keys.get(id, ())}


def _links(world: World, family: Iterable[Record]) -> list[Link]:
    owner = world.organisations.owner
    links = []
    for record in family:
        at, parent_key = record.attributes[PARENT][:2]
        said = Said(at, parent_key, record.source)
        links.append(
            Link(owner[record.via], owner.get(parent_key) if parent_key else None, said, record.via, parent_key)
        )
    return links


async def _write(world: World, ids: list[str], parents: Mapping[str, str]) -> None:
    before = dict(await world.one("parents", {"ids": ids}))
    gone = [id for id in ids if id in before and before[id] != parents.get(id)]
    fresh = [{"child": id, "parent": parents[id]} for id in ids if id in parents and before.get(id) != parents[id]]
    await world.run("orphan", gone, "ids")
    await world.run("adopt", fresh)
    changed = {*gone, *(row["child"] for row in fresh)}
    world.touched |= changed | {before[id] for id in gone} | {row["parent"] for row in fresh}


async def _write_conflicts(
    world: World, family: Iterable[Record], links: Iterable[Link], suppressed: Iterable[Link]
) -> None:
    possible = {_id(link) for link in links if link.parent}
    possible |= {_conflict(record.source, record.via, parent) for record in family for parent in record.replaced}
    found = {_id(link): link for link in suppressed}
    known = dict(await world.one("conflicts_known", {"ids": sorted(possible | found.keys())}))
    await world.run("conflicts_gone", sorted(known.keys() - found.keys()), "ids")
    rows: list[Any] = [
        {"id": id, "identities": [link.child_key, link.parent_key], "reason": "cycle"}
        for id, link in found.items()
        if id not in known
    ]
    await world.run("create_conflicts", rows, now=world.now)


def _id(link: Link) -> str:
    return _conflict(link.said.source, link.child_key, str(link.parent_key))


def _conflict(source: str, child: str, parent: str) -> str:
    return conflict_id(("parent", source, child, parent))


def refuse_cycles(report: Report, facts: Sequence[Fact], suppressed: Sequence[Link]) -> None:
    """Tells who stated a parent that makes a cycle; the statement is kept, suppressed, and shown as a conflict (F11)."""
    told = {(link.said.source, link.child_key, link.parent_key) for link in suppressed}
    for fact in facts:
        if (
            isinstance(fact, EntityFact)
            and isinstance(fact.parent, str)
            and (fact.source, fact.keys[0], fact.parent) in told
        ):
            message = (
                f"{fact.parent} as parent of {fact.keys[0]} makes a cycle; it is kept as a conflict and not applied"
            )
            report.rejections.append(Rejection(fact.index, "CYCLE", message, ["parent"], whole=False))
