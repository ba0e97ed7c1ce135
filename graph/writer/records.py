"""Source records: what each source said last and before, by source and identity, and how facts change it (F2, F4, M1)."""

from collections.abc import Iterable
from typing import Any

import msgspec
import orjson
from msgspec import UNSET, Struct

from graph.attributes.history import ValueRun, add_statement, is_same, run_from, run_text
from graph.attributes.precedence import digest, newer
from graph.facts import EntityFact, Fact, MembershipFact
from graph.memberships.spells import MembershipStatement
from graph.writer.graph_state import GraphState
from graph.writer.stored import read_stored

PARENT = "parent"
_MOST = 64
_statements = msgspec.json.Decoder(list[MembershipStatement])
_attributes = msgspec.json.Decoder(dict[str, list[Any]])
_encode = msgspec.json.Encoder(order="deterministic")


class SourceRecord(Struct, gc=False):
    """The record of one source about one subject: attributes with their times, or statements about a membership.

    An attribute is `[at, value]`, or `[at, value, since]` where the source said the same before. `past` holds its
    superseded runs, as far as they are loaded. `added_past` and `removed_past` are the changes of the stored runs,
    as texts.
    """

    key: str
    source: str
    object: str
    via: str
    organisation_via: str | None = None
    attributes: dict[str, list[Any]] = {}
    statements: list[MembershipStatement] = []
    described_ids: set[str] = set()
    replaced_parents: set[str] = set()
    is_new: bool = False
    is_changed: bool = False
    past: dict[str, list[ValueRun]] = {}
    added_past: list[str] = []
    removed_past: list[str] = []

    def row(self) -> dict[str, Any]:
        """Return the record as it is written."""
        is_membership = self.object == "membership"
        statements = _encode.encode(self.statements).decode() if is_membership else None
        attributes = None if is_membership else orjson.dumps(self.attributes, option=orjson.OPT_SORT_KEYS).decode()
        times = [entry[0] for entry in self.attributes.values()] + [each.at for each in self.statements]
        return {
            "key": self.key,
            "source": self.source,
            "object": self.object,
            "id": self.key.split("|", 2)[2],
            "via": self.via,
            "organisationVia": self.organisation_via,
            "observed": max(times),
            "hash": digest(statements or attributes),
            "attributes": attributes,
            "statements": statements,
            "past": self.added_past if self.added_past or self.removed_past else None,
            "removed": self.removed_past,
        }

    def put(self, name: str, at: int, value: Any, given: bool) -> bool:
        """Add one value. Return whether it changes what is known of now or of the past."""
        old = self.attributes.get(name)
        if old is None:
            self.attributes[name] = [at, value]
        elif not given and is_same(old[1], value):
            return False
        elif not newer((at, value), (old[0], old[1])):
            if not self._insert_past(name, at, value):
                return False
        elif is_same(old[1], value):
            self.attributes[name] = [at, value, _since(old)]
        else:
            self._supersede(name, ValueRun(_since(old), old[0], old[1]))
            self.attributes[name] = [at, value]
        self.is_changed = True
        return True

    def _supersede(self, name: str, run: ValueRun) -> None:
        self.past.setdefault(name, []).append(run)
        self.added_past.append(run_text(name, run))

    def _insert_past(self, name: str, at: int, value: Any) -> bool:
        """Insert a value from before the newest one. Return whether it was unknown."""
        newest = self.attributes[name]
        before = [*self.past.get(name, ()), ValueRun(_since(newest), newest[0], newest[1])]
        after = add_statement(before, at, value)
        known, updated = ([run_text(name, run) for run in runs] for runs in (before, after))
        if updated == known:
            return False
        *self.past[name], now = after
        self.attributes[name] = [now.last, now.value] if now.since == now.last else [now.last, now.value, now.since]
        for text in known[:-1]:
            if text not in updated[:-1]:
                self._remove_past(text)
        self.added_past += [text for text in updated[:-1] if text not in known[:-1]]
        return True

    def _remove_past(self, text: str) -> None:
        if text in self.added_past:
            self.added_past.remove(text)
        else:
            self.removed_past.append(text)

    def is_late(self, name: str, at: int, value: Any) -> bool:
        """Return whether a value is older than the attribute's newest run, so that its past has to be loaded."""
        known = self.attributes.get(name)
        if known is None or at > known[0]:
            return False
        since = _since(known)
        return at < since or (at == since and not is_same(value, known[1]))


def _since(entry: list[Any]) -> int:
    """Return since when a source has said its present value."""
    return int(entry[-1] if len(entry) > 2 else entry[0])


class SourceRecords:
    """The records of the subjects that a transaction touches, by key and by the identity they name."""

    def __init__(self) -> None:
        self.by_key: dict[str, SourceRecord] = {}
        self.by_via: dict[str, list[SourceRecord]] = {}
        self._loaded: set[str] = set()
        self._memberships_loaded: set[str] = set()

    async def load(self, state: GraphState, keys: Iterable[str]) -> None:
        """Load the records of identities, each once."""
        await self._load(state, "records", keys, self._loaded)

    async def load_memberships(self, state: GraphState, keys: Iterable[str]) -> None:
        """Load only the membership records of people's identities."""
        await self._load(state, "records_memberships", keys, self._loaded | self._memberships_loaded)

    async def _load(self, state: GraphState, statement: str, keys: Iterable[str], loaded: set[str]) -> None:
        missing = [key for key in keys if key not in loaded]
        (self._loaded if statement == "records" else self._memberships_loaded).update(missing)
        for row in await state.fetch(statement, {"keys": missing}) if missing else ():
            if row[0] not in self.by_key:
                self._add(_record(*row))

    def _add(self, record: SourceRecord) -> None:
        self.by_key[record.key] = record
        self.by_via.setdefault(record.via, []).append(record)

    def of_kind(self, keys: Iterable[str], kind: str) -> list[SourceRecord]:
        """Return the records of one kind for these identities."""
        return [record for key in keys for record in self.by_via.get(key, ()) if record.object == kind]

    def _get(self, key: str, source: str, kind: str, via: str, other: str | None = None) -> SourceRecord:
        record = self.by_key.get(key)
        if record is None:
            record = SourceRecord(key, source, kind, via, other, {}, [], is_new=True)
            self._add(record)
        return record

    async def load_past(self, state: GraphState, facts: Iterable[Fact]) -> None:
        """Load the past of records that receive late values. Most transactions have none."""
        late = {
            record.key: record for fact in facts if isinstance(fact, EntityFact) for record in self._late_records(fact)
        }
        if late:
            for key, past in await state.fetch("past_values", {"keys": sorted(late)}):
                for name, run in read_stored(_runs, past or (), "past", key):
                    late[key].past.setdefault(name, []).append(run)
        for record in late.values():
            for runs in record.past.values():
                runs.sort(key=lambda run: (run.since, digest(run.value)))

    def _late_records(self, fact: EntityFact) -> Iterable[SourceRecord]:
        """Yield the records that a fact gives a value older than their newest."""
        record = self.by_key.get(_key(fact, fact.entity))
        if record is not None and any(record.is_late(name, fact.observed, each) for name, each in fact.values.items()):
            yield record
        parent = self.by_key.get(_key(fact, PARENT)) if fact.parent is not UNSET else None
        if parent is not None and parent.is_late(PARENT, fact.observed, fact.parent):
            yield parent

    def record_entity(self, fact: EntityFact) -> bool:
        """Add what a fact says of a person or organisation. Return whether it changes anything."""
        if not fact.values:
            return False
        record = self._get(_key(fact, fact.entity), fact.source, fact.entity, fact.keys[0])
        changed = [record.put(name, fact.observed, value, fact.given) for name, value in fact.values.items()]
        return any(changed)

    def record_parent(self, fact: EntityFact) -> bool:
        """Add what a fact says of an organisation's parent. Return whether it changes anything (F11)."""
        record = self._get(_key(fact, PARENT), fact.source, PARENT, fact.keys[0])
        before = record.attributes.get(PARENT)
        changed = record.put(PARENT, fact.observed, fact.parent, fact.given)
        record.organisation_via = record.attributes[PARENT][1]
        if before and before[1] and before[1] != record.organisation_via:
            record.replaced_parents.add(before[1])
        return changed

    def record_membership(self, fact: MembershipFact) -> bool:
        """Add what a fact says of a membership. Return whether it changes anything (M1)."""
        person, organisation = fact.person[0], fact.organisation[0]
        key = f"{fact.source}|membership|{person}|{organisation}"
        record = self._get(key, fact.source, "membership", person, organisation)
        statement = _statement(fact)
        if statement in record.statements or (not fact.given and _is_repeated(record.statements, statement)):
            return False
        record.statements = _compact([*record.statements, statement])
        record.is_changed = True
        return True

    def changed_records(self) -> list[SourceRecord]:
        """Return the new and the changed records."""
        return [record for record in self.by_key.values() if record.is_changed]


def _runs(past: Iterable[str]) -> list[tuple[str, ValueRun]]:
    return [run_from(text) for text in past]


def _key(fact: EntityFact, kind: str) -> str:
    """Return the key of the record that a fact about a person or organisation goes to."""
    return f"{fact.source}|{kind}|{fact.keys[0]}"


def _record(
    key: str,
    source: str,
    kind: str,
    via: str,
    other: str | None,
    attributes: str | None,
    statements: str | None,
    described: list[str],
) -> SourceRecord:
    record = SourceRecord(key, source, kind, via, other)
    record.attributes = read_attributes(attributes, key) if attributes else {}
    record.statements = read_stored(_statements.decode, statements, "statements", key) if statements else []
    record.described_ids = set(described)
    return record


def read_attributes(text: str, key: str) -> dict[str, list[Any]]:
    """Return the attributes of a stored record. Raises StoredValueBroken."""
    return read_stored(_attributes.decode, text, "attributes", key)


def _statement(fact: MembershipFact) -> MembershipStatement:
    roles = fact.roles if fact.roles is not UNSET else UNSET
    return MembershipStatement(
        fact.observed, fact.source, fact.since, fact.until, fact.ends, roles, fact.primary, fact.stage, dict(fact.values)
    )  # fmt: skip


def _same(one: MembershipStatement, other: MembershipStatement) -> bool:
    """Return whether two statements differ in nothing but their time."""
    return msgspec.structs.replace(one, at=other.at) == other


def _is_repeated(statements: list[MembershipStatement], statement: MembershipStatement) -> bool:
    """Return whether a statement without a time of its own repeats a known one.

    An interval repeats an equal interval. An observation repeats the newest statement only.
    """
    if not statement.observes:
        return any(_same(each, statement) for each in statements)
    return bool(statements) and _same(max(statements, key=lambda each: each.at), statement)


def _compact(statements: list[MembershipStatement]) -> list[MembershipStatement]:
    """Drop the middle of a long run of equal observations. It would add nothing but a late ending."""
    if len(statements) == 1:
        return statements
    # a total order, so that the stored text does not depend on the order of arrival
    ordered = sorted(statements, key=lambda each: (each.at, each.since or 0, each.until or 0, _encode.encode(each)))
    if len(ordered) <= _MOST:
        return ordered
    kept = [ordered[0]]
    for before, each, after in zip(ordered, ordered[1:], ordered[2:], strict=False):
        if not (each.observes and _same(before, each) and _same(each, after)):
            kept.append(each)
    return [*kept, ordered[-1]]
