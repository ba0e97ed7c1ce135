"""`membergraph journey`: orders of stages."""

import json
from typing import Annotated, Any

import typer

from membergraph.api_client import open_client
from membergraph.cli.options import AsJson, Confirm, DataDir, Key, Through, settings_of
from membergraph.cli.output import note, out, table
from membergraph.cli.stage_reports import query
from membergraph.cli.stages import CHANGES, apply_change
from membergraph.workplace import run

HELP = """Journeys: orders of stages. A stage that names none belongs to the journey `customer`.

\b
  membergraph journey list
  membergraph journey save customer --stages onboarding,adoption,expansion,renewal
  membergraph journey save customer --exclusive      an organisation is in one of its stages at most: the latest that matches
  membergraph journey save trial_users --name "Trial users" --parallel
"""
app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")
_FIELDS = "key name exclusive stages { key name status position }"
_LIST = f"{{ journeys {{ {_FIELDS} }} }}"
_SAVE = (
    "mutation Save($journey: JourneyInput!, $confirm: Boolean!) { saveJourney(journey: $journey, confirm: $confirm) "
    f"{{ journey {{ {_FIELDS} }} {CHANGES} userErrors {{ code message field }} }} }}"
)


@app.command("save", help="Save a journey, new or changed; what is not given stays as it is.")
def save_(
    journey: Annotated[str, typer.Argument(metavar="JOURNEY", help="The journey's key.")],
    name: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Its name; made of the key for a new one.", show_default=False)
    ] = None,
    exclusive: Annotated[
        bool | None,
        typer.Option("--exclusive/--parallel", help="In one of its stages at most, or in several at once."),
    ] = None,
    stages: Annotated[
        str | None,
        typer.Option(
            metavar="A,B,C",
            help="The keys of its stages in their order; those it has besides follow.",
            show_default=False,
        ),
    ] = None,
    confirm: Confirm = False,
    to: Through = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Save a journey."""
    keys = None if stages is None else [each.strip() for each in stages.split(",")]
    options = {"name": name, "exclusive": exclusive, "stages": keys}
    fields = {"key": journey, **{field: value for field, value in options.items() if value is not None}}

    async def work() -> dict[str, Any]:
        async with open_client(settings_of(data_dir=data_dir), to, key) as client:
            found: dict[str, Any] = (
                await apply_change(client, _SAVE, {"journey": fields, "confirm": confirm}, journey)
            )["journey"]
            return found

    _show([run(work())])


@app.command("list", help="Show every journey with its stages in their order.")
def list_(as_json: AsJson = False, to: Through = None, key: Key = None, data_dir: DataDir = None) -> None:
    """List journeys."""
    journeys = query(_LIST, {}, to=to, key=key, data_dir=data_dir)
    if as_json:
        out.print_json(json.dumps(journeys))
    elif journeys:
        _show(journeys)
    else:
        note("There is no journey. Save one: membergraph journey save --help")


def _show(journeys: list[dict[str, Any]]) -> None:
    rows = [
        (
            each["key"],
            each["name"],
            "one stage at a time" if each["exclusive"] else "several at once",
            [f"{one['key']} ({one['status']})" for one in each["stages"]],
        )
        for each in journeys
    ]
    table(("journey", "name", "an organisation is in", "stages"), rows)
