"""Resolves the subjects of facts to identities and their owners, and refuses unusable ones (F1, I8)."""

import hashlib
import hmac
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from graph.attributes.precedence import is_public
from graph.facts import EntityFact, EventFact, Fact, MembershipFact, Rejection
from graph.facts.subjects import BY_ID, sorted_keys
from graph.identity.kinds import ALIAS, CRM_MERGE, HAND, PUBLIC, SEEN, Entity
from graph.identity.regions import former_pair, pairs_of, stronger
from graph.writer.cache import KnownIdentity
from graph.writer.graph_state import GraphState, Side
from graph.writer.results import RowResults

_ENTITIES: tuple[Entity, Entity] = ("person", "organisation")
Name = TypeVar("Name", bound=Hashable)
Keys = tuple[str, ...]
Subjects = tuple[tuple[Entity, Keys], ...]
Problem = tuple[str, str, list[str]]
"""The code, message and path of a refused subject."""


def subjects(fact: Fact) -> Subjects:
    """Return the people and organisations that a fact names, each by its identities."""
    if fact.named is None:
        fact.named = _gather_subjects(fact)
    return fact.named  # type: ignore[return-value]


def _gather_subjects(fact: Fact) -> Subjects:
    if isinstance(fact, EntityFact):
        parent: Subjects = (("organisation", (fact.parent,)),) if isinstance(fact.parent, str) else ()
        former: Subjects = (("person", (fact.former,)),) if fact.former is not None else ()
        return ((fact.entity, fact.keys), *parent, *former)
    if not fact.person:
        return (("organisation", fact.organisation),)
    if not fact.organisation:
        return (("person", fact.person),)
    return ("person", fact.person), ("organisation", fact.organisation)


async def replace_ids(state: GraphState, facts: list[Fact], report: RowResults) -> list[Fact]:
    """Replace every reference by our own id with the strongest identity of its owner. Unknown ids are refused."""
    ids = sorted(
        {key[len(BY_ID) :] for named in _distinct(facts) for _, keys in named for key in keys if key.startswith(BY_ID)}
    )
    if not ids:
        return facts
    found = {row[0]: row[1:] for row in await state.fetch("owners_by_id", {"ids": ids})}
    kept = []
    for fact in facts:
        if isinstance(fact, MembershipFact | EventFact):
            problem = _replace(fact, found)
            if problem:
                report.reject(Rejection(fact.index, *problem))
                continue
        kept.append(fact)
    return kept


def _replace(fact: MembershipFact | EventFact, found: Mapping[str, Sequence[object]]) -> Problem | None:
    for entity, keys in subjects(fact):
        replaced = []
        for key in keys:
            if not key.startswith(BY_ID):
                replaced.append(key)
                continue
            row = found.get(key[len(BY_ID) :])
            if row is None or bool(row[2]) != (entity == "organisation"):
                return "UNKNOWN_ID", f"no {entity} has the id {key[len(BY_ID) :]}", [entity, "id"]
            if row[1] == "erased":
                return "ERASED", "this person was erased", [entity, "id"]
            replaced.append(sorted_keys(entity, list(row[3]))[0])  # type: ignore[call-overload]
        setattr(fact, entity, sorted_keys(entity, replaced))
    fact.named = None
    return None


def named_by(facts: Sequence[Fact]) -> dict[str, Entity]:
    """Return every identity that facts name, and the entity that it belongs to."""
    return {key: entity for named in _distinct(facts) for entity, keys_of_subject in named for key in keys_of_subject}


def _distinct(facts: Iterable[Fact]) -> dict[Subjects, None]:
    """Return each combination of subjects once: many events name the same few."""
    return dict.fromkeys(map(subjects, facts))


async def load_identities(state: GraphState, keys: Sequence[str]) -> None:
    """Look up the owners of identities."""
    if keys:
        add_identities(state, await state.fetch("identities", {"keys": keys}))


def add_identities(state: GraphState, found: Iterable[KnownIdentity]) -> None:
    """Add known identities, with their owners, to the state."""
    for key, owner, uncounted, organisation, separation, first, source in found:
        side = state.organisations if organisation else state.people
        if owner is None:
            side.unowned_keys.add(key)
            side.first_reports[key] = (first, source)
            continue
        side.previous_owner[key] = owner
        side.uncounted[owner] = uncounted
        side.first_reports[key] = (first, source)
        if separation:
            side.separations[key] = separation


async def refuse_unusable(state: GraphState, facts: list[Fact], secret: bytes, report: RowResults) -> list[Fact]:
    """Return the facts that can be used.

    Facts are refused that name an erased or deleted subject, or one key as two entities.
    """
    distinct = _distinct(facts)
    erased = await _erased(state, distinct, secret)
    claimed: dict[str, Entity] = {}
    problems = {named: found for named in distinct if (found := _problem_of(state, named, erased, claimed))}
    if not problems:
        return facts
    kept = []
    for fact in facts:
        problem = problems.get(subjects(fact))
        if problem:
            report.reject(Rejection(fact.index, *problem))
        else:
            kept.append(fact)
    return kept


def _problem_of(state: GraphState, named: Subjects, erased: set[str], claimed: dict[str, Entity]) -> Problem | None:
    for entity, keys in named:
        for key in keys:
            problem = _problem(state, entity, key, erased, claimed)
            if problem:
                return problem
    return None


def _problem(
    state: GraphState, entity: Entity, key: str, erased: set[str], claimed: dict[str, Entity]
) -> Problem | None:
    if key in erased:
        return "ERASED", "this person was erased and is not brought back", [entity]
    other = state.side("organisation" if entity == "person" else "person")
    if key in other.previous_owner or claimed.setdefault(key, entity) != entity:
        return (
            "OTHER_ENTITY",
            f"{key} identifies {'an organisation' if entity == 'person' else 'a person'}, not {entity}",
            [entity],
        )
    side = state.side(entity)
    if side.uncounted.get(side.previous_owner.get(key)) == "deleted":
        return "DELETED", f"the {entity} with {key} was deleted", [entity]
    return None


async def _erased(state: GraphState, distinct: Iterable[Subjects], secret: bytes) -> set[str]:
    unknown = {
        key for named in distinct for entity, keys in named if entity == "person" for key in keys
    } - state.people.previous_owner.keys()
    if not unknown or not await state.fetch("any_suppressed", {}):
        return set()
    hashes = {hashed(secret, key): key for key in unknown}
    return {hashes[found] for found in await state.fetch("suppressed", {"hashes": list(hashes)})}


def hashed(secret: bytes, key: str) -> str:
    """Return the keyed hash under which an erased identity is stored (I8)."""
    return hmac.new(secret, key.encode(), hashlib.sha256).hexdigest()


def strength_of(fact: Fact) -> str:
    """Return the strength of the evidence that a fact's identities belong together (I1, V2)."""
    if is_public(fact.source):
        return PUBLIC
    if isinstance(fact, EntityFact) and fact.is_merge:
        return HAND if fact.source == "hand" else CRM_MERGE
    return SEEN


def named_subjects(facts: Iterable[Fact]) -> dict[tuple[Subjects, str], None]:
    """Return the distinct subjects of facts with the strength of their evidence."""
    return dict.fromkeys((subjects(fact), strength_of(fact)) for fact in facts)


def keys_of_fact(
    side: Side, subjects_named: Iterable[tuple[Subjects, str]]
) -> tuple[dict[str, None], dict[tuple[str, str], str]]:
    """Return the identities of one side that facts name, and the strongest evidence for each pair of them."""
    keys: dict[str, None] = {}
    evidence: dict[tuple[str, str], str] = {}
    claims: set[str] = set()
    for named, strength in subjects_named:
        for place, (entity, keys_of_subject) in enumerate(named):
            if entity != side.entity:
                continue
            if place and entity == "person":
                # a fact names a second person for one reason: the user id that the first had before (I9)
                _add_evidence(
                    evidence, former_pair(named[0][1], keys_of_subject[0]), PUBLIC if strength == PUBLIC else ALIAS
                )
                if strength == PUBLIC:
                    claims.add(keys_of_subject[0])
                    continue
            keys.update(dict.fromkeys(keys_of_subject))
            if len(keys_of_subject) > 1:
                for pair in pairs_of(keys_of_subject):
                    _add_evidence(evidence, pair, strength)
    keys.update(dict.fromkeys(sorted(claims & side.previous_owner.keys())))
    side.new_claims = (claims | side.unowned_keys) - keys.keys()
    side.new_keys = keys.keys() - side.previous_owner.keys()
    return keys, evidence


def _add_evidence(evidence: dict[tuple[str, str], str], pair: tuple[str, str], strength: str) -> None:
    if stronger(evidence.get(pair), strength):
        evidence[pair] = strength


def first_reports_of(facts: Iterable[Fact]) -> dict[Entity, dict[str, tuple[int, str]]]:
    """Return, by entity and identity, the time and source of the first report in these facts."""
    by_named: dict[Subjects, tuple[int, str]] = {}
    for fact in facts:
        at = fact.occurred if isinstance(fact, EventFact) else fact.observed
        _earliest(by_named, subjects(fact), at, fact.source)
    found: dict[Entity, dict[str, tuple[int, str]]] = {entity: {} for entity in _ENTITIES}
    for named, (at, source) in by_named.items():
        for entity, keys in named:
            for key in keys:
                _earliest(found[entity], key, at, source)
    return found


def _earliest(found: dict[Name, tuple[int, str]], name: Name, at: int, source: str) -> None:
    known = found.get(name)
    if known is None:
        found[name] = at, source
    elif at < known[0] or source < known[1]:
        found[name] = min(known[0], at), min(known[1], source)
