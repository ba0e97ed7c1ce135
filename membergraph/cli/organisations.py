"""Organisations and people as they are named on the command line: by id, by domain or by email."""

from graph.errors import UserMistake
from membergraph.asking import Door

__all__ = ["organisation_id", "somebody_id"]

_FIND_PERSON = "query Find($by: PersonRef!) { person(by: $by) { id } }"
_FIND = "query Find($by: OrganisationRef!) { organisation(by: $by) { id } }"


async def organisation_id(door: Door, said: str) -> str:
    """The id of the organisation that is meant. Raises UserMistake where there is none."""
    by = {"id": said} if said.startswith("o_") else {"domain": said}
    found = (await door.ask(_FIND, {"by": by}))["organisation"]
    if found is None:
        raise UserMistake(
            "NOT_FOUND", f"There is no organisation {said!r}.", "organisation", hint="Give its id or its domain."
        )
    return str(found["id"])


async def somebody_id(door: Door, entity: str, said: str) -> str:
    """The id of the organisation, person or membership that is meant; a membership's is all it has. Raises UserMistake."""
    if entity == "organisation":
        return await organisation_id(door, said)
    if entity != "person" or said.startswith("p_"):
        return said
    found = (await door.ask(_FIND_PERSON, {"by": {"email": said}}))["person"]
    if found is None:
        raise UserMistake("NOT_FOUND", f"There is no person {said!r}.", "person", hint="Give their id or email.")
    return str(found["id"])
