"""An organisation as people name it on the command line: by its id or its domain."""

from graph.errors import UserMistake
from membergraph.asking import Door

__all__ = ["organisation_id"]

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
