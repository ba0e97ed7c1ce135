"""Whose attribute a name is (C3)."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace

from graph.attributes.catalogue import Catalogue
from graph.attributes.names import normalise
from graph.criteria.tree import Attribute, Subject

__all__ = ["Scope", "Unknown", "resolve"]

# Where a clause is about a member, these bare names are the membership's (C3).
_OF_MEMBERSHIP = frozenset({"role", "roles", "since", "until", "primary", "stage", "origin"})
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

_OF_STAGES = re.compile(
    r"(currently_member_of|last_(?:entry_to|entered|completion_of|completed|exit_from|left))_(\w+)_(stage|objective)"
)


@dataclass(frozen=True)
class Scope:
    """What a clause is about, which entities stand around it, and how many steps led here."""

    subject: Subject
    entities: frozenset[str]
    steps: int = 0

    @staticmethod
    def of(subject: Subject) -> Scope:
        """The scope of a whole criterion."""
        around = {"person", "membership", "organisation"} if subject == "membership" else {subject}
        return Scope(subject, frozenset(around))

    def step(self, to: str) -> Scope:
        """The scope behind a step."""
        subject: Subject = "membership" if to == "member" else "organisation"
        met = {"member": {"person", "membership"}, "organisation": {"organisation", "membership"}}.get(to, set())
        return Scope(subject, self.entities | met, self.steps + 1)

    def events(self) -> Scope:
        """The scope of a condition on events."""
        return replace(self, subject="event", entities=self.entities | {"event"})

    @property
    def phrase(self) -> str:
        """What it is about, as people say it."""
        return _PHRASES[self.subject]


@dataclass(frozen=True)
class Unknown:
    """A name that means nothing here, and what was probably meant."""

    problem: str
    nearest: str | None = None
    hint: str | None = None


def resolve(catalogue: Catalogue, scope: Scope, path: str) -> Attribute | Unknown:
    """The attribute that a name means in a scope, bare or with its entity before a dot."""
    prefix, dot, name = (
        path.replace("`", "").partition(".") if "." in path.split("`", maxsplit=1)[0] else ("", "", path.strip("`"))
    )
    if dot:
        return _of_entity(catalogue, scope, prefix.lower(), name)
    for entity in _owners(scope, name):
        found = catalogue.find(entity, name)
        if found is not None:
            return Attribute(entity, found)
    return _unknown(catalogue, scope, name)


def _owners(scope: Scope, name: str) -> tuple[str, ...]:
    if scope.subject != "membership":
        return (scope.subject,)
    return ("membership",) if normalise(name) in _OF_MEMBERSHIP and not name.endswith("_") else ("person", "membership")


def _of_entity(catalogue: Catalogue, scope: Scope, prefix: str, name: str) -> Attribute | Unknown:
    entity = _ENTITIES.get(prefix)
    if entity is None:
        return Unknown(f"{prefix!r} is not one of person, membership, organisation", hint=f"Is {name!r} all you mean?")
    if entity not in scope.entities:
        return Unknown(f"no {entity} is in sight where the criterion is about {scope.phrase}")
    found = catalogue.find(entity, name)
    if found is not None:
        return Attribute(entity, found)
    nearest = catalogue.nearest(entity, name)
    return Unknown(f"{_PHRASES[entity]} has no attribute {name!r}", nearest and f"{prefix}.{nearest}")


def _unknown(catalogue: Catalogue, scope: Scope, name: str) -> Unknown:
    if scope.subject == "organisation" and (no_such := _of_no_stage(catalogue, name)) is not None:
        return no_such
    problem = f"{scope.phrase} has no attribute {name!r}"
    for entity, way in _ELSEWHERE[scope.subject].items():
        if catalogue.find(entity, name):
            return Unknown(problem, hint=f"{_PHRASES[entity].capitalize()} has one: write `{way.format(name)}`.")
    owners = _owners(scope, name)
    nearest = next((near for entity in owners if (near := catalogue.nearest(entity, name))), None)
    return Unknown(problem, nearest)


def _of_no_stage(catalogue: Catalogue, name: str) -> Unknown | None:
    """What to say of a name that a stage or objective would generate (J10), if there were one of that key; None of any other."""
    written = _OF_STAGES.fullmatch(normalise(name))
    if written is None:
        return None
    what, key, kind = written.groups()
    known = [each.groups() for one in catalogue.names("organisation") if (each := _OF_STAGES.fullmatch(one))]
    keys = sorted({one for _, one, its_kind in known if its_kind == kind})
    if key in keys:  # an attribute that stages of today do not generate
        return None
    close = difflib.get_close_matches(key, keys, n=1)
    hint = f"(there are: {', '.join(keys)})" if keys else "(there is none yet)"
    problem = f"there is no {kind} {key!r} for {name!r}"
    return Unknown(problem, f"{what}_{close[0]}_{kind}" if close else None, hint)
