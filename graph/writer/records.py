"""What each source said last and before, kept per source and identity, and how a new fact changes it (F2, F4, M1)."""

from collections.abc import Iterable
from typing import Any

import msgspec
import orjson
from msgspec import UNSET, Struct

from graph.attributes.history import Run, retold, run_from, run_text, same
from graph.attributes.precedence import digest, newer
from graph.facts import EntityFact, Fact, MembershipFact
from graph.memberships.spells import Statement
from graph.writer.stored import read_stored
from graph.writer.world import World

PARENT = "parent"
_MOST = 64
_statements = msgspec.json.Decoder(list[Statement])
_attributes = msgspec.json.Decoder(dict[str, list[Any]])
_encode = msgspec.json.Encoder(order="deterministic")


class Record(Struct, gc=False):
    """One source's word on one subject: attributes with the time of each, or statements about a membership.

    An attribute is `[at, value]`, or `[at, value, since]` where the same was said earlier too. `past` are the runs of words
    it superseded, as far as they were read; `added` and `gone` are those that come to the stored ones, and go, as texts.
    """

    key: str
    source: str
    object: str
    via: str
    organisation_via: str | None = None
    attributes: dict[str, list[Any]] = {}
    statements: list[Statement] = []
    described: set[str] = set()
    replaced: set[str] = set()
    new: bool = False
    changed: bool = False
    past: dict[str, list[Run]] = {}
    added: list[str] = []
    gone: list[str] = []

    def row(self) -> dict[str, Any]:
        """The record as it is written."""
        of_membership = self.object == "membership"
        statements = _encode.encode(self.statements).decode() if of_membership else None
        attributes = None if of_membership else orjson.dumps(self.attributes, option=orjson.OPT_SORT_KEYS).decode()
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
            "past": self.added if self.added or self.gone else None,
            "gone": self.gone,
        }

    def put(self, name: str, at: int, value: Any, given: bool) -> bool:
        """Takes one word in; True where it changes what is known, of now or of then."""
        old = self.attributes.get(name)
        if old is None:
            self.attributes[name] = [at, value]
        elif not given and same(old[1], value):
            return False
        elif not newer((at, value), (old[0], old[1])):
            if not self._recall(name, at, value):
                return False
        elif same(old[1], value):
            self.attributes[name] = [at, value, _since(old)]
        else:
            self._supersede(name, Run(_since(old), old[0], old[1]))
            self.attributes[name] = [at, value]
        self.changed = True
        return True

    def _supersede(self, name: str, run: Run) -> None:
        self.past.setdefault(name, []).append(run)
        self.added.append(run_text(name, run))

    def _recall(self, name: str, at: int, value: Any) -> bool:
        """Takes in a word of a time before the newest; True where it was not known."""
        newest = self.attributes[name]
        before = [*self.past.get(name, ()), Run(_since(newest), newest[0], newest[1])]
        after = retold(before, at, value)
        known, told = ([run_text(name, run) for run in runs] for runs in (before, after))
        if told == known:
            return False
        *self.past[name], now = after
        self.attributes[name] = [now.last, now.value] if now.since == now.last else [now.last, now.value, now.since]
        for text in known[:-1]:
            if text not in told[:-1]:
                self._take_out(text)
        self.added += [text for text in told[:-1] if text not in known[:-1]]
        return True

    def _take_out(self, text: str) -> None:
        if text in self.added:
            self.added.remove(text)
        else:
            self.gone.append(text)

    def before(self, name: str, at: int, value: Any) -> bool:
        """True for a word that is older than the newest run of the attribute, so that its past must be known."""
        known = self.attributes.get(name)
        if known is None or at > known[0]:
            return False
        since = _since(known)
        return at < since or (at == since and not same(value, known[1]))


def _since(entry: list[Any]) -> int:
    """Since when a source has said what it says now of an attribute."""
    return int(entry[-1] if len(entry) > 2 else entry[0])


class Records:
    """The records of the subjects a batch touches, by key and by the identity they speak through."""

    def __init__(self) -> None:
        self.by_key: dict[str, Record] = {}
        self.by_via: dict[str, list[Record]] = {}
        self._loaded: set[str] = set()
        self._told: set[str] = set()

    async def load(self, world: World, keys: Iterable[str]) -> None:
        """Loads what was said through these identities, each once."""
        await self._load(world, "records", keys, self._loaded)

    async def load_memberships(self, world: World, keys: Iterable[str]) -> None:
        """Loads what was said of memberships through these identities of people, and nothing else."""
        await self._load(world, "records_memberships", keys, self._loaded | self._told)

    async def _load(self, world: World, statement: str, keys: Iterable[str], loaded: set[str]) -> None:
        missing = [key for key in keys if key not in loaded]
        (self._loaded if statement == "records" else self._told).update(missing)
        for row in await world.one(statement, {"keys": missing}) if missing else ():
            if row[0] not in self.by_key:
                self._add(_record(*row))

    def _add(self, record: Record) -> None:
        self.by_key[record.key] = record
        self.by_via.setdefault(record.via, []).append(record)

    def of(self, keys: Iterable[str], kind: str) -> list[Record]:
        """Records of one kind through these identities."""
        return [record for key in keys for record in self.by_via.get(key, ()) if record.object == kind]

    def _get(self, key: str, source: str, kind: str, via: str, other: str | None = None) -> Record:
        record = self.by_key.get(key)
        if record is None:
            record = Record(key, source, kind, via, other, {}, [], new=True)
            self._add(record)
        return record

    async def recall(self, world: World, facts: Iterable[Fact]) -> None:
        """Loads what was superseded of records that facts speak of a time before; most batches have no such fact."""
        late = {record.key: record for fact in facts if isinstance(fact, EntityFact) for record in self._late(fact)}
        if late:
            for key, past in await world.one("past", {"keys": sorted(late)}):
                for name, run in read_stored(_runs, past or (), "past", key):
                    late[key].past.setdefault(name, []).append(run)
        for record in late.values():
            for runs in record.past.values():
                runs.sort(key=lambda run: (run.since, digest(run.value)))

    def _late(self, fact: EntityFact) -> Iterable[Record]:
        """The records of which a fact tells a word that is older than the newest."""
        record = self.by_key.get(_key(fact, fact.entity))
        if record is not None and any(record.before(name, fact.observed, each) for name, each in fact.values.items()):
            yield record
        parent = self.by_key.get(_key(fact, PARENT)) if fact.parent is not UNSET else None
        if parent is not None and parent.before(PARENT, fact.observed, fact.parent):
            yield parent

    def tell(self, fact: EntityFact) -> bool:
        """Adds what a fact says of a person or organisation; True where it changes anything."""
        if not fact.values:
            return False
        record = self._get(_key(fact, fact.entity), fact.source, fact.entity, fact.keys[0])
        changed = [record.put(name, fact.observed, value, fact.given) for name, value in fact.values.items()]
        return any(changed)

    def tell_parent(self, fact: EntityFact) -> bool:
        """Adds what a fact says of an organisation's parent; True where it changes anything (F11)."""
        record = self._get(_key(fact, PARENT), fact.source, PARENT, fact.keys[0])
        before = record.attributes.get(PARENT)
        changed = record.put(PARENT, fact.observed, fact.parent, fact.given)
        record.organisation_via = record.attributes[PARENT][1]
        if before and before[1] and before[1] != record.organisation_via:
            record.replaced.add(before[1])
        return changed

    def tell_membership(self, fact: MembershipFact) -> bool:
        """Adds what a fact says of a pair; True where it changes anything (M1)."""
        person, organisation = fact.person[0], fact.organisation[0]
        key = f"{fact.source}|membership|{person}|{organisation}"
        record = self._get(key, fact.source, "membership", person, organisation)
        said = _statement(fact)
        if said in record.statements or (not fact.given and _told_already(record.statements, said)):
            return False
        record.statements = _compact([*record.statements, said])
        record.changed = True
        return True

    def changed(self) -> list[Record]:
        """Records that a fact has made or changed."""
        return [record for record in self.by_key.values() if record.changed]


def _runs(past: Iterable[str]) -> list[tuple[str, Run]]:
    return [run_from(text) for text in past]


def _key(fact: EntityFact, kind: str) -> str:
    """The key of the record that a fact about a person or organisation goes to."""
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
) -> Record:
    record = Record(key, source, kind, via, other)
    record.attributes = read_attributes(attributes, key) if attributes else {}
    record.statements = read_stored(_statements.decode, statements, "statements", key) if statements else []
    record.described = set(described)
    return record


def read_attributes(text: str, key: str) -> dict[str, list[Any]]:
    """What a record says of attributes. Raises StoredValueBroken."""
    return read_stored(_attributes.decode, text, "attributes", key)


def _statement(fact: MembershipFact) -> Statement:
    roles = fact.roles if fact.roles is not UNSET else UNSET
    return Statement(
        fact.observed, fact.source, fact.since, fact.until, fact.ends, roles, fact.primary, fact.stage, dict(fact.values)
    )  # fmt: skip


def _same(one: Statement, other: Statement) -> bool:
    """True where two statements differ in nothing but the moment they were told."""
    return msgspec.structs.replace(one, at=other.at) == other


def _told_already(statements: list[Statement], said: Statement) -> bool:
    """A row without a time of its own, told again: an interval is the same interval; an observation only while nothing else was said since."""
    if not said.observes:
        return any(_same(each, said) for each in statements)
    return bool(statements) and _same(max(statements, key=lambda each: each.at), said)


def _compact(statements: list[Statement]) -> list[Statement]:
    """Of a long run of equal observations the first and the last stay: what lies between adds nothing but an ending told late."""
    if len(statements) == 1:
        return statements
    ordered = sorted(statements, key=lambda each: (each.at, each.since or 0, each.until or 0, _encode.encode(each)))
    if len(ordered) <= _MOST:
        return ordered
    kept = [ordered[0]]
    for before, each, after in zip(ordered, ordered[1:], ordered[2:], strict=False):
        if not (each.observes and _same(before, each) and _same(each, after)):
            kept.append(each)
    return [*kept, ordered[-1]]
