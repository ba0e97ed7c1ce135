"""`membergraph attribute`: catalogue, calculated attributes, history of values, and uses."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from membergraph.api_client import ApiClient, mutate, open_client
from membergraph.cli.instants import at_midnight
from membergraph.cli.options import AsJson, DataDir, Key, Through, settings_of
from membergraph.cli.organisations import organisation_id
from membergraph.cli.output import note, out, table
from membergraph.cli.people import holder_id, membership_id, person_id
from membergraph.settings import Settings
from membergraph.workplace import run

HELP = """Attributes: every one there is, those that are calculated, what one was when, and where each is used.

\b
  membergraph attribute list --of organisation
  membergraph attribute define seat_usage --formula "seats_used / seats"
  membergraph attribute define health --rule "in use: 3: seat_usage >= 0.5" --rule "paying: 2: plan = 'pro'"
  membergraph attribute define fit --of membership --rule "leads: 1: role = 'admin'"
  membergraph attribute parts acme.test health        which rules of a score hold there
  membergraph attribute history acme.test plan        what it was when; --at 2026-03-01 for one instant
  membergraph attribute parts ann@acme.test fit --in acme.test
  membergraph attribute uses seat_usage
  membergraph attribute remove health

While the service runs, add --to http://127.0.0.1:8080 to any of these.
"""
app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")
Name = Annotated[str, typer.Argument(metavar="NAME", help="The attribute's name.")]
Holder = Annotated[str, typer.Option("--of", metavar="ENTITY", help="organisation, person or membership.")]
Entity = Annotated[str, typer.Option("--of", metavar="ENTITY", help="person, organisation, membership or event.")]

_ERRORS = "userErrors { code message field }"
_LIST = (
    "query All($entity: String) { attributes(entity: $entity) "
    "{ entity name type origin formula score description source } }"
)
_DEFINE = (
    "mutation Define($attribute: CalculatedInput!) "
    f"{{ defineCalculated(attribute: $attribute) {{ attribute {{ name }} {_ERRORS} }} }}"
)
_REMOVE = (
    "mutation Remove($entity: String!, $attribute: String!) "
    f"{{ removeAttribute(entity: $entity, attribute: $attribute) {{ removed {_ERRORS} }} }}"
)
_USES = (
    "query Uses($entity: String!, $attribute: String!) "
    "{ attributeUses(entity: $entity, attribute: $attribute) { kind name part text entity } }"
)
_PARTS = (
    "query Parts($organisation: ID, $person: ID, $membership: ID, $attribute: String!) "
    "{ scoreParts(organisation: $organisation, person: $person, membership: $membership, attribute: $attribute) "
    "{ name weight criterion holds text } }"
)
_HISTORY = (
    "query History($entity: String!, $of: ID!, $attribute: String!, $from: DateTime, $to: DateTime) "
    "{ attributeHistory(entity: $entity, of: $of, attribute: $attribute, from: $from, to: $to) "
    "{ keptSince values { from until value source } } }"
)


@app.command("list", help="Show every attribute: its type and where it comes from.")
def list_(
    entity: Annotated[str | None, typer.Option("--of", metavar="ENTITY", help="Only those of one entity.")] = None,
    as_json: AsJson = False,
    to: Through = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """List the catalogue."""
    found = run(_query(settings_of(data_dir=data_dir), to, key, _LIST, {"entity": entity}))["attributes"]
    if as_json:
        out.print_json(json.dumps(found))
    elif found:
        table(
            ("of", "name", "type", "origin", "worked out as, or meaning"),
            [(one["entity"], one["name"], one["type"], one["origin"], _meaning(one)) for one in found],
        )
    else:
        note("There is no attribute yet. Load something: membergraph load --help")


def _meaning(attribute: Mapping[str, Any]) -> str | None:
    if attribute["score"]:
        return " · ".join(f"{rule['name']} ({rule['weight']:g})" for rule in attribute["score"])
    meaning: str | None = attribute["formula"] or attribute["description"]
    return meaning


@app.command("define", help="Define or redefine a calculated attribute, and work it out everywhere.")
def define_(
    name: Name,
    formula: Annotated[
        str | None, typer.Option(metavar="FORMULA", help="Arithmetic over attributes, such as seats_used / seats.")
    ] = None,
    rule: Annotated[
        list[str] | None,
        typer.Option(
            metavar="'NAME: WEIGHT: CRITERION'",
            help="One rule of a score, as often as there are rules; its value is the share of the weights that hold, in %.",
        ),
    ] = None,
    description: Annotated[str | None, typer.Option(metavar="TEXT")] = None,
    entity: Holder = "organisation",
    to: Through = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Define a calculated attribute."""
    rules = [_rule(each) for each in rule or ()]
    given = {"name": name, "entity": entity, "formula": formula, "score": rules or None, "description": description}
    attribute = {field: value for field, value in given.items() if value is not None}

    async def work() -> dict[str, Any]:
        async with open_client(settings_of(data_dir=data_dir), to, key) as client:
            return await mutate(client, _DEFINE, {"attribute": attribute})

    note(f"{run(work())['attribute']['name']} is defined.")


def _rule(text: str) -> dict[str, Any]:
    name, _, rest = text.partition(":")
    weight, _, criterion = rest.partition(":")
    try:
        return {"name": name.strip(), "weight": float(weight), "criterion": criterion.strip()}
    except ValueError:
        message = f"{text!r} is not NAME: WEIGHT: CRITERION, such as 'in use: 3: seat_usage >= 0.5'"
        raise typer.BadParameter(message, param_hint="--rule") from None


@app.command("remove", help="Remove a roll-up or calculated attribute and its values; refused while something uses it.")
def remove_(
    name: Name, entity: Holder = "organisation", to: Through = None, key: Key = None, data_dir: DataDir = None
) -> None:
    """Remove an attribute."""

    async def work() -> None:
        async with open_client(settings_of(data_dir=data_dir), to, key) as client:
            await mutate(client, _REMOVE, {"entity": entity, "attribute": name})

    run(work())
    note(f"{name} is removed.")


@app.command("uses", help="Show where an attribute is used.")
def uses_(
    name: Name,
    entity: Entity = "organisation",
    as_json: AsJson = False,
    to: Through = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Show the uses of an attribute."""
    given = {"entity": entity, "attribute": name}
    found = run(_query(settings_of(data_dir=data_dir), to, key, _USES, given))["attributeUses"]
    if as_json:
        out.print_json(json.dumps(found))
    elif found:
        rows = [
            (one["kind"].lower().replace("_", "-"), one["entity"], one["name"], one["part"], one["text"])
            for one in found
        ]
        table(("used by", "of", "name", "in", "where it says"), rows)
    else:
        note(f"Nothing uses {name}.")


@app.command(
    "parts",
    help="Show which rules of a score hold at an organisation, a person or their membership, down to the values met.",
)
def parts_(
    who: Annotated[
        str, typer.Argument(metavar="WHO", help="An organisation's id or domain, or a person's id or email.")
    ],
    name: Name,
    entity: Holder = "organisation",
    organisation: Annotated[
        str | None,
        typer.Option("--in", metavar="ORGANISATION", help="The person's membership of it; its id or its domain."),
    ] = None,
    as_json: AsJson = False,
    to: Through = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Show the parts of a score."""

    async def work() -> list[dict[str, Any]]:
        async with open_client(settings_of(data_dir=data_dir), to, key) as client:
            given = {**await _holder(client, who, entity, organisation), "attribute": name}
            found: list[dict[str, Any]] = (await client.ask(_PARTS, given))["scoreParts"]
            return found

    parts = run(work())
    if as_json:
        out.print_json(json.dumps(parts))
        return
    for one in parts:
        mark = "+" if one["holds"] else "-"
        out.print(f"{mark} {one['name']} ({one['weight']:g})\n{one['text']}", markup=False)


HISTORY = """Show the history of an attribute: every value that sources gave it, with the instants between which it held.

\b
  membergraph attribute history acme.test plan
  membergraph attribute history acme.test plan --at 2026-03-01T12:00:00Z      what was it then?
  membergraph attribute history ann@acme.test title --of person
  membergraph attribute history m_4f0c… role --of membership

Computed attributes have no history. A day stands for its midnight in UTC.
"""


@app.command("history", help=HISTORY)
def history_(
    holder: Annotated[
        str, typer.Argument(metavar="WHOSE", help="An organisation's id or domain; a person's id or email.")
    ],
    name: Name,
    entity: Entity = "organisation",
    at: Annotated[str | None, typer.Option(metavar="INSTANT", help="Only what held at this instant.")] = None,
    as_json: AsJson = False,
    to: Through = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Show the history of an attribute."""
    instant = None if at is None else at_midnight(at)

    async def work() -> dict[str, Any]:
        async with open_client(settings_of(data_dir=data_dir), to, key) as client:
            id = await holder_id(client, entity, holder)
            given = {"entity": entity, "of": id, "attribute": name, "from": instant, "to": instant}
            found: dict[str, Any] = (await client.ask(_HISTORY, given))["attributeHistory"]
            return found

    found = run(work())
    if as_json:
        out.print_json(json.dumps(found))
        return
    if found["values"]:
        columns = ("from", "until", "value", "by")
        table(columns, [tuple(one[field] for field in ("from", "until", "value", "source")) for one in found["values"]])
    else:
        note(f"Nothing was known of {name} then." if at else f"Nothing was ever known of {name}.")
    if found["keptSince"]:
        note(f"Superseded values are kept since {found['keptSince']}; what was superseded before is not known.")


async def _holder(client: ApiClient, who: str, entity: str, organisation: str | None) -> dict[str, str]:
    """Return the variable of the query that names the holder of a score."""
    if organisation is not None:
        return {"membership": await membership_id(client, who, organisation)}
    if entity == "person":
        return {"person": await person_id(client, who)}
    if entity == "membership":
        raise typer.BadParameter("say of which organisation: WHO --in ORGANISATION", param_hint="--of")
    return {"organisation": await organisation_id(client, who)}


async def _query(
    settings: Settings, to: str | None, key: str | None, document: str, given: Mapping[str, Any]
) -> dict[str, Any]:
    async with open_client(settings, to, key) as client:
        return await client.ask(document, given)
