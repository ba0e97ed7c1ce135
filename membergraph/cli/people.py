"""People and memberships on the command line, by id or email."""

from graph.errors import UserMistake
from membergraph.api_client import ApiClient
from membergraph.cli.organisations import organisation_id

__all__ = ["holder_id", "membership_id", "person_id"]

_FIND = "query Find($by: PersonRef!) { person(by: $by) { id } }"
_MEMBERSHIPS = (
    "query Of($id: ID!, $after: String) { person(by: {id: $id}) { memberships(first: 100, after: $after) "
    "{ edges { node { id current organisation { id } } } pageInfo { hasNextPage endCursor } } } }"
)


async def person_id(client: ApiClient, reference: str) -> str:
    """Return the id of a person who is given by id or email. Raises UserMistake if there is none."""
    by = {"id": reference} if reference.startswith("p_") else {"email": reference}
    found = (await client.ask(_FIND, {"by": by}))["person"]
    if found is None:
        raise UserMistake(
            "NOT_FOUND", f"There is no person {reference!r}.", "person", hint="Give their id or their email."
        )
    return str(found["id"])


async def membership_id(client: ApiClient, person: str, organisation: str) -> str:
    """Return the id of a person's membership of an organisation, a current one first. Raises UserMistake if there is none."""
    id, at = await person_id(client, person), await organisation_id(client, organisation)
    found: list[tuple[bool, str]] = []
    after = None
    while True:
        page = (await client.ask(_MEMBERSHIPS, {"id": id, "after": after}))["person"]["memberships"]
        nodes = [edge["node"] for edge in page["edges"]]
        found += [(node["current"], node["id"]) for node in nodes if node["organisation"]["id"] == at]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    if not found:
        raise UserMistake("NOT_FOUND", f"{person!r} was never a member of {organisation!r}.", "membership")
    return max(found)[1]


async def holder_id(client: ApiClient, entity: str, reference: str) -> str:
    """Return the id of an organisation, person or membership. A membership is given by its id. Raises UserMistake."""
    if entity == "organisation":
        return await organisation_id(client, reference)
    return await person_id(client, reference) if entity == "person" else reference
