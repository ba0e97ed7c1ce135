"""Times of first and last sight of people, organisations and memberships (F8)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph.facts import EntityFact, Fact, MembershipFact
from graph.facts.row_reader import FIRST_SEEN
from graph.writer.graph_state import GraphState, Side
from graph.writer.owned_keys import load_keys
from graph.writer.records import SourceRecords
from queries import text

Span = tuple[int | None, int | None]
Rows = dict[str, list[Any]]
_NO_ROWS: Rows = {
    f"{label}_{what}": [] for label in ("memberships", "people", "organisations") for what in ("counters", "seen")
} | {"changed_counters": [], "touched": [], "without_organisation": []}
Before = Mapping[str, Mapping[str, Sequence[Any]]]


async def write_seen_times(
    state: GraphState, records: SourceRecords, before: Before, placed: Rows, *, people: bool = False
) -> None:
    """Write counters and times of sight, and mark touched nodes as stale (T2).

    Times that this transaction widened are known. Times that may have shrunk are computed again. `placed` are rows
    of counters. With `people`, people without an organisation are marked stale too.
    """
    rows = placed | {"memberships_seen": _memberships(state)}
    if state.uncertain_spans:  # looking up again reads counters and memberships' times, so these are written first
        await _write(state, rows)
        rows = {}
    for side in (state.people, state.organisations):
        spans = _widened(state, side, before[side.entity])
        spans |= await _looked_up(state, side, records)
        state.spans |= {id: (row[1], row[2]) for id, row in before[side.entity].items()} | spans
        rows[f"{side.label}_seen"] = [
            {"id": id, "first": span[0], "last": span[1], "stated_at": state.latest_statements.get(id)}
            for id, span in spans.items()
            if id not in side.merged
        ]
    seen = {row["id"] for row in rows["organisations_seen"]}
    touched = sorted(state.touched - state.organisations.merged.keys() - seen)
    rows["touched"] = [{"id": id, "stated_at": state.latest_statements.get(id)} for id in touched]
    if people:
        rows["without_organisation"] = sorted(
            id for id in state.memberships.keys() - state.people.merged if not _belongs(state, id)
        )
    await _write(state, rows)


def _belongs(state: GraphState, person: str) -> bool:
    return any(state.spells_of(person).values())


async def _write(state: GraphState, rows: Rows) -> None:
    if any(rows.values()):
        await state.tx.execute(text("writer/write_activity"), {**_NO_ROWS, **rows, "now": state.now})


def record_statement_times(state: GraphState, facts: Iterable[Fact]) -> None:
    """Note as of when statements speak, for every organisation they concern (J3).

    Events are noted as they are placed.
    """
    for fact in facts:
        if isinstance(fact, MembershipFact):
            state.note_statement(state.organisations.owner[fact.organisation[0]], fact.observed)
        elif isinstance(fact, EntityFact):
            owner = state.side(fact.entity).owner[fact.keys[0]]
            for organisation in [owner] if fact.entity == "organisation" else state.spells_of(owner):
                state.note_statement(organisation, fact.observed)


def _memberships(state: GraphState) -> list[dict[str, Any]]:
    kept = {each.id: each for by_place in state.memberships.values() for spells in by_place.values() for each in spells}
    rows = []
    for (label, id), (first, last) in state.seen_spans.items():
        known = kept.get(id) if label == "membership" else None
        if label != "membership" or known is None:
            continue
        span = (first, last) if id in state.exact_spans else _wider((known.first, known.last), (first, last))
        if (known.first, known.last) != span:
            rows.append({"id": id, "first": span[0], "last": span[1]})
            known.first, known.last = span
    return rows


def _wider(one: Span, other: Span) -> Span:
    (first, last), (earlier, later) = one, other
    if first is None or (earlier is not None and earlier < first):
        first = earlier
    if last is None or (later is not None and later > last):
        last = later
    return first, last


def _widened(state: GraphState, side: Side, before: Mapping[str, Sequence[Any]]) -> dict[str, Span]:
    rows: dict[str, Span] = {}
    for (label, id), (first, last) in state.seen_spans.items():
        if label != side.entity or (label, id) in state.uncertain_spans:
            continue
        known = before.get(id)
        span: Span = (known[1], known[2]) if known else (None, None)
        wider = _wider(span, (first, last))
        if wider != span:
            rows[id] = wider
            if side.entity == "person":
                state.touched |= state.spells_of(id).keys()
    return rows


async def _looked_up(state: GraphState, side: Side, records: SourceRecords) -> dict[str, Span]:
    ids = {id for label, id in state.uncertain_spans if label == side.entity} - side.merged.keys()
    if not ids:
        return {}
    await load_keys(state, side, ids)
    await records.load(state, side.known_keys(ids))
    parameters: dict[str, list[str]] = {"people": [], "organisations": [], side.label: sorted(ids)}
    rows = (await state.tx.rows(text("writer/recompute_seen"), parameters))[0][side.label]
    spans: dict[str, Span] = {id: (_began(records, side, id), None) for id in ids}
    for id, first, last, since, first_there, last_there in rows:
        firsts = [each for each in (first, since, first_there) if each is not None]
        span = (min(firsts, default=None), max((each for each in (last, last_there) if each is not None), default=None))
        spans[id] = _wider(spans[id], span)
    return spans


def _began(records: SourceRecords, side: Side, id: str) -> int | None:
    begun = [
        record.attributes[FIRST_SEEN][1]
        for record in records.of_kind(side.keys[id], side.entity)
        if FIRST_SEEN in record.attributes
    ]
    return min((each for each in begun if each is not None), default=None)
