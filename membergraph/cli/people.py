"""A person, or their membership of an organisation, as people name them on the command line."""

from graph.errors import UserMistake
from membergraph.asking import Door
from membergraph.cli.organisations import organisation_id

__all__ = ["membership_id", "person_id", "somebody_id"]

_FIND = "query Find($by: PersonRef!) { person(by: $by) { id } }"
_MEMBERSHIPS = (
    "query Of($id: ID!, $after: String) { person(by: {id: $id}) { memberships(first: 100, after: $after) "
    "{ edges { node { id current organisation { id } } } pageInfo { hasNextPage endCursor } } } }"
)


async def person_id(door: Door, said: str) -> str:
    """The id of the person that is meant. Raises UserMistake where there is none."""
    by = {"id": said} if said.startswith("p_") else {"email": said}
    found = (await door.ask(_FIND, {"by": by}))["person"]
    if found is None:
        raise UserMistake("NOT_FOUND", f"There is no person {said!r}.", "person", hint="Give their id or their email.")
    return str(found["id"])


async def membership_id(door: Door, person: str, organisation: str) -> str:
    """The id of the person's membership of the organisation: the current one, else any. Raises UserMistake where there is none."""
    id, there = await person_id(door, person), await organisation_id(door, organisation)
    found: list[tuple[bool, str]] = []
    after = None
    while True:
        page = (await door.ask(_MEMBERSHIPS, {"id": id, "after": after}))["person"]["memberships"]
        nodes = [edge["node"] for edge in page["edges"]]
        found += [(node["current"], node["id"]) for node in nodes if node["organisation"]["id"] == there]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    if not found:
        raise UserMistake("NOT_FOUND", f"{person!r} was never a member of {organisation!r}.", "membership")
    return max(found)[1]


async def somebody_id(door: Door, entity: str, said: str) -> str:
    """The id of the organisation, person or membership that is meant; a membership's is all it has. Raises UserMistake."""
    if entity == "organisation":
        return await organisation_id(door, said)
    return await person_id(door, said) if entity == "person" else said
