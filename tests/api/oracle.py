"""An oracle for reads: graphql-core resolves the contract's schema over plain Python, field by field."""

# ruff: noqa: N803 - methods and arguments are called as in the contract

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graphql import GraphQLResolveInfo, GraphQLSchema, build_schema, graphql_sync

from tests.api.world import NOW_MS, World

CONTRACT = Path(__file__).parents[1] / "data/contract.graphql"
TIMES = {"firstSeenAt", "lastSeenAt", "since", "until", "occurredAt", "receivedAt", "seenAt", "evaluatedAt"}
OWN_PROPERTIES = {
    *TIMES,
    *("id", "name", "email", "domain", "words", "uncounted", "mergedInto", "shared", "role", "roles", "primary"),
    *("origin", "person", "organisation", "owner", "source", "row", "code", "message", "path"),
}
TYPES = {
    "p_": "Person",
    "o_": "Organisation",
    "m_": "Membership",
    "e_": "Event",
    "r_": "Rejected",
    "c_": "IdentityConflict",
}


def text(ms: int | None) -> str | None:
    if ms is None:
        return None
    at = datetime.fromtimestamp(ms / 1000, UTC)
    return at.isoformat(timespec="milliseconds" if ms % 1000 else "seconds").replace("+00:00", "Z")


class Oracle:
    """Answers documents over one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.schema: GraphQLSchema = build_schema(CONTRACT.read_text())
        self.schema.type_map["Node"].resolve_type = lambda value, *_: TYPES[value["id"][:2]]  # type: ignore[attr-defined]

    def answer(self, document: str, variables: dict[str, Any] | None = None) -> Any:
        result = graphql_sync(
            self.schema, document, root_value={}, variable_values=variables, field_resolver=self.resolve
        )
        assert not result.errors, result.errors
        return result.data

    def resolve(self, source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        method = getattr(self, f"{info.parent_type.name}_{info.field_name}", None)
        if method is not None:
            return method(source, **arguments)
        value = source.get(info.field_name)
        return text(value) if info.field_name in TIMES else value

    # roots

    def Query_node(self, _: Any, id: str) -> Any:
        id = self.world.people.get(id, {}).get("mergedInto", id)
        for found in (
            self.world.people,
            self.world.organisations,
            self.world.memberships,
            self.world.events,
            self.world.rejected,
        ):
            if id in found:
                return found[id]
        return None

    def Query_nodes(self, _: Any, ids: list[str]) -> Any:
        return [self.Query_node(None, one) for one in ids]

    def Query_person(self, _: Any, by: dict[str, Any]) -> Any:
        return self._by(self.world.people, by, "email")

    def Query_organisation(self, _: Any, by: dict[str, Any]) -> Any:
        return self._by(self.world.organisations, by, "domain")

    def Query_people(self, _: Any, search: str | None = None, orderBy: Any = None, **page: Any) -> Any:
        return self._listed(self.world.people, search, orderBy, page)

    def Query_organisations(self, _: Any, search: str | None = None, orderBy: Any = None, **page: Any) -> Any:
        return self._listed(self.world.organisations, search, orderBy, page)

    def Query_events(self, _: Any, filter: Any = None, **page: Any) -> Any:
        return self._events(list(self.world.events.values()), filter, page)

    def Query_rejected(self, _: Any, code: str | None = None, **page: Any) -> Any:
        rows = [r for r in self.world.rejected.values() if code is None or r["code"] == code]
        return _page(sorted(rows, key=lambda r: (-r["receivedAt"], r["id"])), page)

    # entities

    def Person_identities(self, person: Any) -> Any:
        return sorted(self.world.identities.get(person["id"], []), key=lambda i: f"{i['kind']}:{i['value']}")

    Organisation_identities = Person_identities

    def Person_attributes(self, entity: Any, names: list[str] | None = None) -> Any:
        found = {k: v for k, v in entity.items() if k not in OWN_PROPERTIES and v is not None}
        return found if names is None else {k: v for k, v in found.items() if k in names}

    Organisation_attributes = Membership_attributes = Person_attributes

    def Event_properties(self, event: Any) -> Any:
        return self.Person_attributes(event)

    def Person_memberships(self, person: Any, **given: Any) -> Any:
        return self._spells([m for m in self.world.memberships.values() if m["person"] == person["id"]], given)

    def Organisation_memberships(self, organisation: Any, **given: Any) -> Any:
        return self._spells(
            [m for m in self.world.memberships.values() if m["organisation"] == organisation["id"]], given
        )

    def Membership_person(self, membership: Any) -> Any:
        return self.world.people[membership["person"]]

    def Membership_organisation(self, membership: Any) -> Any:
        return self.world.organisations[membership["organisation"]]

    def Membership_current(self, membership: Any) -> bool:
        return _holds(membership, NOW_MS)

    def Person_events(self, person: Any, filter: Any = None, withOrganisationEvents: bool = False, **page: Any) -> Any:
        spells = [m for m in self.world.memberships.values() if m["person"] == person["id"]]
        owners = {person["id"], *(m["id"] for m in spells)}
        events = [e for e in self.world.events.values() if e["owner"] in owners]
        if withOrganisationEvents:
            events += self._organisation_events(spells)
        return self._events(events, filter, page)

    def Membership_events(
        self, membership: Any, filter: Any = None, withOrganisationEvents: bool = False, **page: Any
    ) -> Any:
        events = [e for e in self.world.events.values() if e["owner"] == membership["id"]]
        if withOrganisationEvents:
            events += self._organisation_events([membership])
        return self._events(events, filter, page)

    def Organisation_events(self, organisation: Any, filter: Any = None, **page: Any) -> Any:
        spells = {m["id"] for m in self.world.memberships.values() if m["organisation"] == organisation["id"]}
        owners = {organisation["id"], *spells}
        return self._events([e for e in self.world.events.values() if e["owner"] in owners], filter, page)

    def Organisation_parent(self, organisation: Any) -> Any:
        return self.world.organisations.get(self.world.parents.get(organisation["id"], ""))

    def Organisation_children(self, organisation: Any, **page: Any) -> Any:
        found = [self.world.organisations[c] for c, p in self.world.parents.items() if p == organisation["id"]]
        return _page(sorted(found, key=lambda o: o["id"]), page)

    def Organisation_sharesPeopleWith(self, organisation: Any, first: int = 10) -> Any:
        here = {m["person"] for m in self._current() if m["organisation"] == organisation["id"]}
        shared: dict[str, set[str]] = {}
        for m in self._current():
            if m["person"] in here and m["organisation"] != organisation["id"]:
                shared.setdefault(m["organisation"], set()).add(m["person"])
        ranked = sorted(shared.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        return [{"organisation": self.world.organisations[o], "people": len(p)} for o, p in ranked[:first]]

    def Event_person(self, event: Any) -> Any:
        owner = event["owner"]
        person = self.world.memberships[owner]["person"] if owner.startswith("m_") else owner
        return self.world.people.get(person)

    def Event_organisation(self, event: Any) -> Any:
        owner = event["owner"]
        organisation = self.world.memberships[owner]["organisation"] if owner.startswith("m_") else owner
        return self.world.organisations.get(organisation)

    # parts

    def _current(self) -> list[Any]:
        return [m for m in self.world.memberships.values() if _holds(m, NOW_MS)]

    def _organisation_events(self, spells: list[Any]) -> list[Any]:
        found = {}
        for m in spells:
            for e in self.world.events.values():
                if e["owner"] == m["organisation"] and _holds(m, e["occurredAt"]):
                    found[e["id"]] = e
        return list(found.values())

    def _by(self, entities: dict[str, Any], by: dict[str, Any], kind: str) -> Any:
        if "id" in by:
            found = entities.get(by["id"])
            return entities.get(found["mergedInto"]) if found and found.get("mergedInto") else found
        wanted = by.get("identity") or {"kind": kind, "value": by[kind].strip().lower()}
        return next((entities[o] for o, ids in self.world.identities.items() if wanted in ids and o in entities), None)

    def _listed(self, entities: dict[str, Any], search: str | None, order: Any, page: dict[str, Any]) -> Any:
        assert not page.pop("where", None)
        rows = [e for e in entities.values() if e.get("uncounted") is None]
        words = (search or "").lower().split()
        rows = [e for e in rows if all(any(w.startswith(word) for w in e["words"]) for word in words)]
        rows.sort(key=lambda e: e["id"])
        if order:
            name = order["attribute"]
            known = [e for e in rows if e.get(name) is not None]
            known.sort(key=lambda e: e[name], reverse=order["direction"] == "DESC")
            rows = known + [e for e in rows if e.get(name) is None]
        return _page(rows, page)

    def _spells(self, spells: list[Any], given: dict[str, Any]) -> Any:
        current, at = given.pop("current", None), given.pop("asOf", None)
        if current is not None:
            spells = [m for m in spells if _holds(m, NOW_MS) is current]
        if at is not None:
            spells = [m for m in spells if _holds(m, _ms(at))]
        return _page(sorted(spells, key=lambda m: m["id"]), given)

    def _events(self, events: list[Any], given: Any, page: dict[str, Any]) -> Any:
        for name, wanted in (given or {}).items():
            events = [e for e in events if self._passes(e, name, wanted)]
        return _page(sorted(events, key=lambda e: (-e["occurredAt"], e["id"])), page)

    def _passes(self, event: Any, name: str, wanted: Any) -> bool:
        if name == "names":
            return event["name"] in wanted
        if name in ("from", "to"):
            return event["occurredAt"] >= _ms(wanted) if name == "from" else event["occurredAt"] < _ms(wanted)
        found = self.Event_person(event) if name == "person" else self.Event_organisation(event)
        return found is not None and found["id"] == wanted


def _holds(spell: Any, at: int) -> bool:
    return (spell["since"] is None or spell["since"] <= at) and (spell["until"] is None or spell["until"] > at)


def _ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def _page(rows: list[Any], page: dict[str, Any]) -> dict[str, Any]:
    """Return a page without cursors. Tests compare cursors by paging, not by value."""
    first, last = page.get("first"), page.get("last")
    if last is not None:
        found, before, after = rows[-last:] if last else [], len(rows) > last, False
    else:
        size = 20 if first is None else first
        found, before, after = rows[:size], False, len(rows) > size
    edges = [{"node": row} for row in found]
    return {"edges": edges, "totalCount": len(rows), "pageInfo": {"hasNextPage": after, "hasPreviousPage": before}}
