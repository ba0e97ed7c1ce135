"""Reads who a row speaks of: identities and references become identity keys, strongest first (F1, I6)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from graph.facts.rejection import Refused
from graph.facts.shapes import is_object
from graph.identity.kinds import FREE_MAIL, Entity, blocked, is_domain, is_email, order, stronger_first, tidy

_LONGEST = 512
_LONGEST_KIND = 100
_KIND_OF = {"person": "email", "organisation": "domain"}
BY_ID = "id:"
"""Prefix of a key that is one of our own ids, replaced by an identity before anything is planned."""


def identity_key(entity: Entity, kind: object, value: object, path: Sequence[str]) -> str:
    """The key `kind:value` of one identity, tidied. Raises Refused where it can never identify anyone (I6)."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    try:
        return _key(entity, kind, value)
    except TypeError:
        raise Refused("BAD_IDENTITY", "kind and value of an identity are text", path) from None
    except Refused as refused:
        raise Refused(refused.code, refused.message, [*path, *refused.path]) from None


@lru_cache(maxsize=50_000)
def _key(entity: Entity, kind: object, value: object) -> str:
    """The same few identities come again and again; what is refused is not remembered."""
    kind = _kind(kind)
    if not isinstance(value, str) or not value.strip():
        raise Refused("EMPTY_IDENTITY", f"the {kind} is empty; give its value or leave the identity out", ["value"])
    text = tidy(kind, value)
    if blocked(text):
        raise Refused("BLOCKED_IDENTITY", f"{text!r} is a placeholder and identifies nobody", ["value"])
    if len(text) > _LONGEST or "\x00" in text or not encodes(text):
        raise Refused("BAD_IDENTITY", f"an identity's value is at most {_LONGEST} characters of plain text", ["value"])
    _check_shape(entity, kind, text)
    return f"{kind}:{text}"


@lru_cache(maxsize=1_000)
def _kind(given: object) -> str:
    if not isinstance(given, str) or not given.strip() or not _fit_for_a_kind(given):
        raise Refused(
            "BAD_IDENTITY", "an identity needs a kind such as 'email' or 'user_id', without a colon", ["kind"]
        )
    return given.strip()


def _fit_for_a_kind(kind: str) -> bool:
    return ":" not in kind and "\x00" not in kind and len(kind) <= _LONGEST_KIND and encodes(kind)


def encodes(text: str) -> bool:
    """False where a text holds half of a surrogate pair, which is no character."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_shape(entity: Entity, kind: str, text: str) -> None:
    if kind == "email" and not is_email(text):
        raise Refused("BAD_EMAIL", f"{text[:60]!r} is not an email address", ["value"])
    if kind == "domain" and not is_domain(text):
        raise Refused("BAD_DOMAIN", f"{text[:60]!r} is not a domain such as acme.com", ["value"])
    if kind == "domain" and text in FREE_MAIL:
        raise Refused("FREE_MAIL_DOMAIN", f"{text} belongs to a mail provider and addresses no organisation", ["value"])
    if entity == "person" and kind == "domain":
        raise Refused("BAD_IDENTITY", "a domain identifies an organisation, not a person", ["kind"])
    if entity == "organisation" and kind in ("email", "user_id", "anonymous_id"):
        raise Refused("BAD_IDENTITY", f"{kind} identifies a person, not an organisation", ["kind"])


def _known(entity: Entity, given: object) -> str | None:
    """The key of an identity in the shape nearly all have; None where it is of another shape, or refused."""
    if type(given) is dict and type(given.get("kind")) is type(given.get("value")) is str:
        try:
            return _key(entity, given["kind"], given["value"])
        except Refused:
            return None
    return None


def read_identities(entity: Entity, given: object, path: Sequence[str]) -> list[str]:
    """Keys of a list of {kind, value}. An unusable one among usable ones still refuses the row: it may be the wrong person's."""
    if given is None:
        return []
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise Refused("BAD_IDENTITY", "identities is a list of {kind, value}", path)
    return [_read_one(entity, each, [*path, str(place)]) for place, each in enumerate(given)]


def _read_one(entity: Entity, given: object, path: list[str]) -> str:
    if not is_object(given):
        raise Refused("BAD_IDENTITY", "an identity is {kind, value}", path)
    return identity_key(entity, given.get("kind"), given.get("value"), path)


def read_reference(entity: Entity, given: object, path: Sequence[str]) -> str:
    """The key of a reference: {id} or {identity: {kind, value}} or {email} of a person, {domain} of an organisation."""
    if is_object(given) and len(given) == 1 and (named := given.get("identity")) is not None:
        known = _known(entity, named)
        return known if known is not None else _read_one(entity, named, [*path, "identity"])
    short = _KIND_OF[entity]
    names = ("id", short, "identity")
    if not is_object(given) or len(found := [n for n in given if given[n] is not None]) != 1 or found[0] not in names:
        raise Refused("BAD_REFERENCE", f"name the {entity} by exactly one of {', '.join(names)}", path)
    if found[0] == "identity":
        return _read_one(entity, given["identity"], [*path, "identity"])
    if found[0] == short:
        return identity_key(entity, short, given[short], [*path, short])
    return _read_id(entity, given["id"], [*path, "id"])


def _read_id(entity: Entity, given: Any, path: list[str]) -> str:
    if not isinstance(given, str) or not given or len(given) > _LONGEST:
        raise Refused("UNKNOWN_ID", f"no {entity} has this id", path)
    return BY_ID + given


def sorted_keys(entity: Entity, keys: Sequence[str]) -> tuple[str, ...]:
    """Keys without repetition, strongest first."""
    if len(keys) < 2:
        return tuple(keys)
    if len(keys) == 2 and keys[0] != keys[1]:
        return stronger_first(entity, *keys)
    return tuple(sorted(set(keys), key=lambda key: order(entity, key)))
