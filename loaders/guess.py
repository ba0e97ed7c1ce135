"""Guess the meaning of columns without a mapping: columns with names of our own fields are those fields."""

from collections.abc import Iterable

from loaders.errors import MappingError
from loaders.mapping import DEFAULT_SOURCE, Section
from loaders.shape import FIELDS, Kind, Place

_PERSON = {
    "user_id": "user_id",
    "person_id": "user_id",
    "email": "email",
    "emails": "email",
    "e_mail": "email",
    "email_address": "email",
    "anonymous_id": "anonymous_id",
}
_ORGANISATION = {
    "organisation_id": "organisation_id", "organization_id": "organisation_id", "account_id": "organisation_id", "group_id": "organisation_id",
    "company_id": "organisation_id", "domain": "domain", "domains": "domain",
}  # fmt: skip
_CRM = {
    "hubspot_contact": "person",
    "salesforce_contact": "person",
    "hubspot_company": "organisation",
    "salesforce_account": "organisation",
}
_FIELDS = {
    "at": "occurred_at", "timestamp": "occurred_at", "time": "occurred_at", "occurred_at": "occurred_at", "event": "name", "event_name": "name",
    "message_id": "id", "event_id": "id", "created_at": "first_seen_at", "start_date": "since", "end_date": "until", "updated_at": "observed_at",
}  # fmt: skip
_SEVERAL = frozenset(("emails", "domains", "roles"))
_FACTS = frozenset(("person", "organisation", "membership", "end_membership", "event", "merge"))


def guess(columns: Iterable[str], name: str, source: str = DEFAULT_SOURCE, first_type: object = None) -> Section:
    """Return the section that these columns suggest. Raises MappingError where they suggest none.

    `first_type` is the first record's `type`, which marks a file of rows as this program writes them.
    """
    if first_type in _FACTS:
        return Section("fact", source=source)
    found = list(columns)
    plain = {column: column.strip().lower().replace(" ", "_").replace("-", "_") for column in found}
    people = _identities(found, plain, _PERSON, "person")
    organisations = _identities(found, plain, _ORGANISATION, "organisation")
    kind = _kind(set(plain.values()), bool(people), bool(organisations))
    if kind is None:
        raise MappingError(
            f"the columns of {name} ({', '.join(found[:12])}) do not say whom or what they describe",
            hint="Name a column user_id, email, organisation_id or domain, or write a mapping: docs/loading.md.",
        )
    return Section(
        kind,
        source=source,
        places=_places(kind, people, organisations),
        fields=_fields(kind, plain, {column for column, _ in people + organisations}),
        multiple=frozenset(column for column in found if plain[column] in _SEVERAL),
    )


def _identities(found: list[str], plain: dict[str, str], known: dict[str, str], entity: str) -> list[tuple[str, str]]:
    crm = {kind: kind for kind, whose in _CRM.items() if whose == entity}
    kinds = {**known, **crm}
    order = list(kinds)
    pairs = [(column, kinds[plain[column]]) for column in found if plain[column] in kinds]
    return sorted(pairs, key=lambda pair: order.index(plain[pair[0]]))


def _kind(names: set[str], people: bool, organisations: bool) -> Kind | None:
    if {"event", "event_name"} & names or ("name" in names and {"at", "timestamp", "time", "occurred_at"} & names):
        return "event"
    if people and organisations:
        return "membership"
    if people:
        return "person"
    return "organisation" if organisations else None


def _places(
    kind: Kind, people: list[tuple[str, str]], organisations: list[tuple[str, str]]
) -> dict[Place, tuple[tuple[str, str], ...]]:
    if kind == "person":
        return {"identities": tuple(people)}
    if kind == "organisation":
        return {"identities": tuple(organisations)}
    places: dict[Place, tuple[tuple[str, str], ...]] = {"person": tuple(people), "organisation": tuple(organisations)}
    return {place: pairs for place, pairs in places.items() if pairs}


def _fields(kind: Kind, plain: dict[str, str], addressing: set[str]) -> dict[str, str]:
    fields = FIELDS[kind]
    found: dict[str, str] = {}
    for column, name in plain.items():
        written = name if name in fields else _FIELDS.get(name, "")
        if column not in addressing and written in fields and fields[written] not in found.values():
            found[column] = fields[written]
    return found


def shown(section: Section) -> list[tuple[str, str]]:
    """Return a guessed section as pairs to show: each part, and its columns."""
    if section.kind == "fact":
        return [("kind", "rows with a `type` of their own")]
    pairs = [
        (place, ", ".join(f"{column} ({kind})" for column, kind in columns))
        for place, columns in section.places.items()
    ]
    fields = ", ".join(column if column == name else f"{column} → {name}" for column, name in section.fields.items())
    return [
        ("kind", section.kind),
        *pairs,
        *([("fields", fields)] if fields else []),
        ("attributes", "every other column"),
    ]
