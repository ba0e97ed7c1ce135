"""Organisations on the command line, by id or domain."""

from graph.errors import UserMistake
from membergraph.api_client import ApiClient

__all__ = ["organisation_id"]

_FIND = "query Find($by: OrganisationRef!) { organisation(by: $by) { id } }"


async def organisation_id(client: ApiClient, reference: str) -> str:
    """Return the id of an organisation that is given by id or domain. Raises UserMistake if there is none."""
    by = {"id": reference} if reference.startswith("o_") else {"domain": reference}
    found = (await client.ask(_FIND, {"by": by}))["organisation"]
    if found is None:
        raise UserMistake(
            "NOT_FOUND", f"There is no organisation {reference!r}.", "organisation", hint="Give its id or its domain."
        )
    return str(found["id"])
