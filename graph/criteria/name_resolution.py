"""The attribute that a name means in its scope (C3)."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace

from graph.attributes.catalogue import Catalogue
from graph.attributes.names import normalise
from graph.criteria.tree import Attribute, Relation, Subject

__all__ = ["NameScope", "UnknownName", "resolve"]

# Where a clause is about a member, these bare names are the membership's (C3).
_MEMBERSHIP_NAMES = frozenset({"role", "roles", "since", "until", "primary", "stage", "origin"})
_ENTITIES = {
    "person": "person",
    "user": "person",
    "member": "person",
    "membership": "membership",
    "organisation": "organisation",
    "organization": "organisation",
    "account": "organisation",
    "event": "event",
}
_PHRASES = {"person": "a person", "organisation": "an organisation", "membership": "a member", "event": "an event"}
_ELSEWHERE = {
    "organisation": {"person": "any member ({})", "membership": "any member ({})"},
    "person": {"organisation": "in organisation ({})", "membership": "in organisation (membership.{})"},
    "membership": {"organisation": "organisation.{}"},
    "event": {},
}

_GENERATED = re.compile(
    r"(currently_member_of|last_(?:entry_to|entered|completion_of|completed|exit_from|left))_(\w+)_(stage|objective)"
)


@dataclass(frozen=True)
class NameScope:
    """The subject of a clause, the entities in scope, and the number of hops from the criterion's subject."""

    subject: Subject
    entities: frozenset[str]
    hops: int = 0

    @staticmethod
    def around(subject: Subject) -> NameScope:
        """Return the scope of a whole criterion."""
        entities = {"person", "membership", "organisation"} if subject == "membership" else {subject}
        return NameScope(subject, frozenset(entities))

    def for_others(self, to: Relation) -> NameScope:
        """Return the scope of a clause about others."""
        subject: Subject = "membership" if to == "member" else "organisation"
        added = {"member": {"person", "membership"}, "organisation": {"organisation", "membership"}}.get(to, set())
        return NameScope(subject, self.entities | added, self.hops + 1)

    def for_events(self) -> NameScope:
        """Return the scope of a condition on events."""
        return replace(self, subject="event", entities=self.entities | {"event"})

    @property
    def phrase(self) -> str:
        """The subject in words."""
        return _PHRASES[self.subject]


@dataclass(frozen=True)
class UnknownName:
    """A name that means nothing in its scope, and the name that was probably meant."""

    problem: str
    nearest: str | None = None
    hint: str | None = None


def resolve(catalogue: Catalogue, scope: NameScope, path: str) -> Attribute | UnknownName:
    """Return the attribute that a name means in a scope, bare or with its entity before a dot."""
    prefix, dot, name = (
        path.replace("`", "").partition(".") if "." in path.split("`", maxsplit=1)[0] else ("", "", path.strip("`"))
    )
    if dot:
        return _resolve_with_entity(catalogue, scope, prefix.lower(), name)
    for entity in _owners(scope, name):
        found = catalogue.find(entity, name)
        if found is not None:
            return Attribute(entity, found)
    return _unknown(catalogue, scope, name)


def _owners(scope: NameScope, name: str) -> tuple[str, ...]:
    if scope.subject != "membership":
        return (scope.subject,)
    return (
        ("membership",) if normalise(name) in _MEMBERSHIP_NAMES and not name.endswith("_") else ("person", "membership")
    )


def _resolve_with_entity(catalogue: Catalogue, scope: NameScope, prefix: str, name: str) -> Attribute | UnknownName:
    entity = _ENTITIES.get(prefix)
    if entity is None:
        return UnknownName(
            f"{prefix!r} is not one of person, membership, organisation", hint=f"Is {name!r} all you mean?"
        )
    if entity not in scope.entities:
        return UnknownName(f"no {entity} is in sight where the criterion is about {scope.phrase}")
    found = catalogue.find(entity, name)
    if found is not None:
        return Attribute(entity, found)
    nearest = catalogue.nearest(entity, name)
    return UnknownName(f"{_PHRASES[entity]} has no attribute {name!r}", nearest and f"{prefix}.{nearest}")


def _unknown(catalogue: Catalogue, scope: NameScope, name: str) -> UnknownName:
    if scope.subject == "organisation" and (unknown := _unknown_stage(catalogue, name)) is not None:
        return unknown
    problem = f"{scope.phrase} has no attribute {name!r}"
    for entity, way in _ELSEWHERE[scope.subject].items():
        if catalogue.find(entity, name):
            return UnknownName(problem, hint=f"{_PHRASES[entity].capitalize()} has one: write `{way.format(name)}`.")
    owners = _owners(scope, name)
    nearest = next((near for entity in owners if (near := catalogue.nearest(entity, name))), None)
    return UnknownName(problem, nearest)


def _unknown_stage(catalogue: Catalogue, name: str) -> UnknownName | None:
    """The answer for a name that a stage or objective would generate (J10), if one had that key; None for any other name."""
    parts = _GENERATED.fullmatch(normalise(name))
    if parts is None:
        return None
    event, key, kind = parts.groups()
    known = [each.groups() for one in catalogue.names("organisation") if (each := _GENERATED.fullmatch(one))]
    keys = sorted({one for _, one, other_kind in known if other_kind == kind})
    if key in keys:  # today's stages do not generate this attribute
        return None
    close = difflib.get_close_matches(key, keys, n=1)
    hint = f"(there are: {', '.join(keys)})" if keys else "(there is none yet)"
    problem = f"there is no {kind} {key!r} for {name!r}"
    return UnknownName(problem, f"{event}_{close[0]}_{kind}" if close else None, hint)
