"""`membergraph rollup`."""

from typing import Annotated

import typer

from graph.calculated.definition import Holder, holder
from graph.computed import define_roll_up, remove_roll_up
from graph.errors import UserMistake
from graph.evaluation import Evaluator
from graph.rollups import AGGREGATIONS, RollUp, StoredRollUp, list_stored
from membergraph.cli.options import DataDir, settings_of
from membergraph.cli.output import note, table
from membergraph.settings import Settings
from membergraph.workplace import run, workplace

HELP = """Stored roll-ups: aggregates over people or events, kept right on every organisation, person or membership.

\b
  membergraph rollup define admins --aggregation COUNT --where "role = 'admin'"
  membergraph rollup define logins_7d --aggregation COUNT --source EVENTS --event-name Login --window-days 7
  membergraph rollup list
  membergraph rollup remove admins
"""
app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")
_AGGREGATIONS = f"{', '.join([*AGGREGATIONS][:-1])} or {[*AGGREGATIONS][-1]}."
Name = Annotated[str, typer.Argument(metavar="NAME")]
Level = Annotated[str, typer.Option("--on", metavar="LEVEL", help="organisation, person or membership.")]


@app.command("define", help="Define or redefine a roll-up, and work it out everywhere.")
def define_(
    name: Name,
    aggregation: Annotated[
        str,
        typer.Option(
            metavar="HOW",
            help=_AGGREGATIONS,
        ),
    ],
    source: Annotated[str, typer.Option(metavar="OF", help="PEOPLE or EVENTS.")] = "PEOPLE",
    attribute: Annotated[
        str | None, typer.Option(metavar="NAME", help="The person's attribute, or the event's property.")
    ] = None,
    event_name: Annotated[str | None, typer.Option(metavar="NAME", help="Which events.")] = None,
    window_days: Annotated[
        int | None, typer.Option(metavar="N", help="The last N whole UTC days, today included.")
    ] = None,
    end_days_ago: Annotated[
        int | None, typer.Option(metavar="N", help="The window ends so many days ago, and not today.")
    ] = None,
    where: Annotated[str | None, typer.Option(metavar="CRITERION", help="Which people, or whose events.")] = None,
    event_where: Annotated[
        str | None, typer.Option(metavar="CRITERION", help="Which events, by their properties.")
    ] = None,
    description: Annotated[str | None, typer.Option(metavar="TEXT")] = None,
    on: Level = "organisation",
    include_descendants: Annotated[bool, typer.Option(help="Over the whole hierarchy, each person once.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Define a roll-up and evaluates it."""
    given = {
        "aggregation": aggregation.upper(), "source": source.upper(), "attribute": attribute, "eventName": event_name,
        "windowDays": window_days, "endDaysAgo": end_days_ago, "where": where, "eventWhere": event_where,
    }  # fmt: skip
    stored = StoredRollUp(
        name, RollUp.from_json(given), _level(on), description=description, include_descendants=include_descendants
    )
    count = run(_define(settings_of(data_dir=data_dir), stored))
    note(f"{name} is defined; {count:,} evaluated.")


async def _define(settings: Settings, stored: StoredRollUp) -> int:
    async with workplace(settings) as place:
        await define_roll_up(place.graph, place.clock, stored)
        return await Evaluator(place.graph, place.clock).evaluate_stale()


@app.command("list", help="Show the stored roll-ups.")
def list_(data_dir: DataDir = None) -> None:
    """List stored roll-ups."""
    found = run(_list(settings_of(data_dir=data_dir)))
    if not found:
        note("No roll-up is stored. Define one: membergraph rollup define --help")
        return
    table(
        ("on", "name", "of", "description"),
        [(one.entity, one.name, one.roll_up.to_json(), one.description) for one in found],
    )


async def _list(settings: Settings) -> list[StoredRollUp]:
    async with workplace(settings) as place:
        return await list_stored(place.graph)


@app.command("remove", help="Remove a stored roll-up and its values.")
def remove_(name: Name, on: Level = "organisation", data_dir: DataDir = None) -> None:
    """Remove a roll-up."""
    if not run(_remove(settings_of(data_dir=data_dir), _level(on), name)):
        raise UserMistake(
            "UNKNOWN_ROLL_UP", f"no roll-up named {name} is stored on {on}s", "name", hint="membergraph rollup list"
        )
    note(f"{name} is removed.")


async def _remove(settings: Settings, level: Holder, name: str) -> bool:
    async with workplace(settings) as place:
        return await remove_roll_up(place.graph, place.clock, level, name)


def _level(text: str) -> Holder:
    return holder(text, "--on")
