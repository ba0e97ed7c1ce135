"""Reads rows of memberships and of their ends (M1, M3)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import UNSET, UnsetType

from graph.facts.attribute_values import read_values
from graph.facts.facts import MembershipFact
from graph.facts.fields import LONGEST_ROLE, read_bound, read_instant_at, read_text, type_name
from graph.facts.rejection import InvalidInput
from graph.facts.subjects import read_reference

if TYPE_CHECKING:
    from graph.facts.row_reader import RowReader


def read_membership(reader: "RowReader", index: int, row: Mapping[str, Any]) -> MembershipFact:
    """Read what a source says of one person in one organisation.

    Raises InvalidInput: nobody named, impossible bounds.
    """
    person = read_reference("person", row.get("person"), ["person"])
    organisation = read_reference("organisation", row.get("organisation"), ["organisation"])
    source = reader.source(row)
    observed, given = reader.observed(row)
    since, until = read_bound(row.get("since"), "since"), read_bound(row.get("until"), "until")
    if since is not None and until is not None and since >= until:
        raise InvalidInput(
            "END_BEFORE_BEGINNING", f"since {row['since']} is not before until {row['until']}", ["until"]
        )
    values, spellings, kinds = read_values(reader, index, "membership", row.get("attributes"), source)
    return MembershipFact(
        index, (person,), (organisation,), source, observed, given, False, since, until,
        _read_roles(reader, index, row), reader.spare(index, UNSET, _read_primary, row),
        reader.spare(index, UNSET, read_text, row["stage"], "stage", ["stage"]) if "stage" in row else UNSET,
        values, spellings, kinds,
    )  # fmt: skip


def _read_roles(reader: "RowReader", index: int, row: Mapping[str, Any]) -> tuple[str, ...] | UnsetType | None:
    """Return the roles of a row, each once. An unusable one is refused alone; the others stay (F5)."""
    if row.get("roles") is None and row.get("role") is None:
        return None if "role" in row or "roles" in row else UNSET
    if row.get("roles") is None and _is_plain_role(row["role"]):
        return (row["role"],)
    before = len(reader.rejections)
    first = [(row["role"], "role", ["role"])] if row.get("role") is not None else []
    listed = [(each, "a role", ["roles", str(n)]) for n, each in enumerate(reader.spare(index, (), _listed, row))]
    found = [reader.spare(index, None, _role, *each) for each in (*first, *listed)]
    roles = tuple(dict.fromkeys(role for role in found if role is not None))
    return roles if roles or len(reader.rejections) == before else UNSET


def _is_plain_role(role: object) -> bool:
    """Return whether a role needs no check and no change, which is true of nearly all."""
    return (
        type(role) is str
        and role.isascii()
        and role.isprintable()
        and 0 < len(role.strip()) == len(role) <= LONGEST_ROLE
    )


def _role(value: object, name: str, path: list[str]) -> str:
    role = read_text(value, name, path, LONGEST_ROLE)
    if role is None:
        raise InvalidInput("WRONG_TYPE", "a role is text that is not empty", path)
    return role


def _listed(row: Mapping[str, Any]) -> Sequence[Any]:
    roles = row.get("roles")
    if roles is not None and not isinstance(roles, list | tuple):
        raise InvalidInput("WRONG_TYPE", f"roles is a list of text, found {type_name(roles)}", ["roles"])
    return roles or ()


def _read_primary(row: Mapping[str, Any]) -> bool | UnsetType | None:
    if "primary" not in row:
        return UNSET
    if row["primary"] is not None and not isinstance(row["primary"], bool):
        raise InvalidInput("WRONG_TYPE", f"primary is true or false, found {type_name(row['primary'])}", ["primary"])
    return bool(row["primary"]) if row["primary"] is not None else None


def read_end(reader: "RowReader", index: int, row: Mapping[str, Any]) -> MembershipFact:
    """Read the end of a membership: `until`, or the time at which the source saw it (M3). Raises InvalidInput."""
    person = read_reference("person", row.get("person"), ["person"])
    organisation = read_reference("organisation", row.get("organisation"), ["organisation"])
    observed, given = reader.observed(row)
    until = read_instant_at(row["until"], ["until"]) if row.get("until") is not None else observed
    return MembershipFact(index, (person,), (organisation,), reader.source(row), observed, given, True, None, until)
