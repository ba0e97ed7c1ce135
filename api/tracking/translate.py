"""Translate Segment's calls to rows: a pure function of the call, the time of receipt and the key's source.

| call | rows |
|---|---|
| identify | a person |
| group | an organisation, and a membership where the call names a person |
| track, page, screen | an event, in the organisation of `context.groupId`, else `groupId` |
| alias | a person: `previousId` is an anonymous id of theirs, and their former user id |
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from api.tracking.call_times import call_time, is_zero, read_time
from api.tracking.calls import BadCall, Call
from graph.errors import excerpt
from graph.facts.subjects import is_usable
from graph.identity.kinds import Entity

Row = dict[str, Any]
_CREATED = ("createdAt", "created_at")
PAGE = "Page Viewed"
SCREEN = "Screen Viewed"


def rows_of_call(call: Call, received_at: datetime, source: str) -> list[Row] | BadCall:
    """Return the rows of a call, or the reason why it has none."""
    translate = _TRANSLATIONS.get(call.type) if isinstance(call.type, str) else None
    if translate is None:
        return BadCall(
            "UNKNOWN_TYPE", f"a call's type is one of {', '.join(_TRANSLATIONS)}, not {excerpt(call.type)}", ["type"]
        )
    return [{**row, "source": source} for row in translate(call, call_time(call, received_at))]


def _identify(call: Call, at: Any) -> list[Row]:
    traits = {**_members(_context_traits(call)), **_members(call.traits)}
    row: Row = {
        "type": "person",
        "identities": _people(call),
        **_first_seen(traits),
        **_name(traits, _full_name(traits)),
    }
    return [_add_time({**_add_attributes(row, traits, ("email",)), **_wrong_part("attributes", call.traits)}, at)]


def _group(call: Call, at: Any) -> list[Row]:
    traits = _members(call.traits)
    organisation: Row = {
        "type": "organisation",
        "identities": _identity("organisation_id", call.group_id),
        **_first_seen(traits),
    }
    described = _add_attributes({**organisation, **_name(traits, None)}, traits, ("domain",))
    found = [_add_time({**described, **_wrong_part("attributes", call.traits)}, at)]
    people = _people(call)
    if len(people) > 1:
        found.append(_add_time({"type": "person", "identities": people}, at))
    if people and call.group_id is not None and is_usable("organisation", "organisation_id", call.group_id):
        membership = {
            "type": "membership",
            "person": _ref(_first_usable(people)),
            "organisation": _ref(_identity("organisation_id", call.group_id)[0]),
        }
        found.append(_add_time(membership, at))
    return found


def _track(call: Call, at: Any) -> list[Row]:
    return [_event(call, at, call.event, _members(call.properties))]


def _page(call: Call, at: Any) -> list[Row]:
    return [_event(call, at, PAGE, _viewed(call))]


def _screen(call: Call, at: Any) -> list[Row]:
    return [_event(call, at, SCREEN, _viewed(call))]


def _alias(call: Call, at: Any) -> list[Row]:
    user, previous = _identity("user_id", call.user_id), _identity("anonymous_id", call.previous_id)
    row: Row = {"type": "person", "identities": [*user, *previous, *_identity("anonymous_id", call.anonymous_id)]}
    if all(is_usable("person", "user_id", each["value"]) for each in (*user, *previous)) and user and previous:
        row["formerUserId"] = previous[0]["value"]
    return [_add_time(row, at)]


_TRANSLATIONS: Mapping[str, Callable[[Call, Any], list[Row]]] = {
    "identify": _identify,
    "group": _group,
    "track": _track,
    "page": _page,
    "screen": _screen,
    "alias": _alias,
}


def _event(call: Call, at: Any, name: object, properties: Mapping[str, Any]) -> Row:
    row: Row = {
        "type": "event",
        "name": name,
        "properties": dict(properties),
        **_wrong_part("properties", call.properties),
    }
    if call.message_id is not None:
        row["id"] = str(call.message_id) if type(call.message_id) in (int, float) else call.message_id
    if at is not None:
        row["occurredAt"] = at
    people = _people(call)
    if people:
        row["person"] = _ref(people[0])
        if len(people) > 1:
            row["identities"] = people[1:]
    groups = _groups(call)
    if groups:
        row["organisation"] = _ref(_first_usable(groups, "organisation"))
    return row


def _viewed(call: Call) -> dict[str, Any]:
    names = {"name": call.name, "category": call.category}
    return {**{key: value for key, value in names.items() if value is not None}, **_members(call.properties)}


def _members(value: object) -> Mapping[str, Any]:
    """Return an object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def _wrong_part(field: str, value: object) -> Row:
    """Return a part that is no object, for the writer to reject alone (F5).

    An empty list or text is an empty object, as PHP writes it.
    """
    return {} if value is None or isinstance(value, dict) or value in ([], "") else {field: value}


def _people(call: Call) -> list[Row]:
    return [*_identity("user_id", call.user_id), *_identity("anonymous_id", call.anonymous_id)]


def _groups(call: Call) -> list[Row]:
    in_context = call.context.group_id if call.context is not None else None
    return [*_identity("organisation_id", in_context), *_identity("organisation_id", call.group_id)]


def _first_usable(identities: Sequence[Row], entity: Entity = "person") -> Row:
    """Return the first identity that can identify anybody, or else the first, for a reference (I6)."""
    usable = (each for each in identities if is_usable(entity, each["kind"], each["value"]))
    return next(usable, identities[0])


def _identity(kind: str, value: object) -> list[Row]:
    return [] if value is None else [{"kind": kind, "value": _plain(value)}]


def _plain(value: object) -> object:
    """Return a whole number as text. Other values stay as they are, for the writer to reject."""
    return str(value) if type(value) is int else value


def _ref(identity: Row) -> Row:
    return {"identity": identity}


def _context_traits(call: Call) -> object:
    return call.context.traits if call.context is not None else None


def _first_seen(traits: Mapping[str, Any]) -> Row:
    """Return the time of the sign-up, if `createdAt` is a time. Anything else stays an attribute."""
    created_at = _created_at(traits)
    return {} if created_at is None else {"firstSeenAt": created_at}


def _created_at(traits: Mapping[str, Any]) -> str | None:
    written = traits.get("createdAt", traits.get("created_at"))
    if is_zero(written):
        return None
    if isinstance(written, str) and len(written) == len("2026-03-01"):
        return written if _is_day(written) else None
    moment = read_time(written) if isinstance(written, str | int | float) else None
    return None if moment is None else moment.isoformat()


def _is_day(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return text[4] == text[7] == "-"


def _name(traits: Mapping[str, Any], otherwise: str | None) -> Row:
    if "name" in traits:
        return {"name": traits["name"]}
    return {} if otherwise is None else {"name": otherwise}


def _full_name(traits: Mapping[str, Any]) -> str | None:
    parts = [traits.get("firstName", traits.get("first_name")), traits.get("lastName", traits.get("last_name"))]
    return " ".join(part for part in parts if isinstance(part, str) and part) or None


def _add_attributes(row: Row, traits: Mapping[str, Any], fields: tuple[str, ...]) -> Row:
    times = (each for each in _CREATED if "firstSeenAt" in row or is_zero(traits.get(each)))
    used = {"name", *fields, *times}
    own = {key: traits[key] for key in fields if key in traits}
    rest = {key: value for key, value in traits.items() if key not in used}
    return {**row, **own, **({"attributes": rest} if rest else {})}


def _add_time(row: Row, at: Any) -> Row:
    return row if at is None else {**row, "observedAt": at}
