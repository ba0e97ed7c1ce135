"""The sample company for `membergraph serve --sample`: makes it and shows three answers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from time import monotonic
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

import queries
from membergraph.cli.output import err, note, table

if TYPE_CHECKING:
    from membergraph.api_client import ApiClient
    from membergraph.sample.loading import OnEvening
    from membergraph.workplace import Workplace

__all__ = ["make", "prepare_sample"]

_LATE = """{ signals(first: 3) { signals { stage { key } objective { key name } averageDays
  late { organisation { id name domain } daysPending revenue } } } }"""
_WHY = "query Why($o: ID!, $w: String!) { explainObjective(organisation: $o, objective: $w) { text } }"


async def prepare_sample(place: Workplace) -> None:
    """Make the sample company in an empty graph, or continue an interrupted run, and show three answers.

    Nothing else may use the graph meanwhile.
    """
    from graph.evaluation import Evaluator  # noqa: PLC0415 - other commands need none of it

    await make(place)
    await Evaluator(place.graph, place.clock).evaluate_stale()
    await _show(place)


async def make(place: Workplace) -> None:
    """Make the sample company or continue it. Do nothing if it is complete, or if the graph holds other data."""
    from membergraph.sample import EVENINGS  # noqa: PLC0415
    from membergraph.sample.loading import load, progress_of  # noqa: PLC0415
    from membergraph.writers import writer_settings  # noqa: PLC0415

    progress = await progress_of(place.graph)
    is_complete = progress is not None and progress.evenings == EVENINGS
    if is_complete or (progress is None and await place.graph.query(queries.text("sample/any_organisation"), {})):
        return
    started = monotonic()
    today, settings = place.clock.now().date(), writer_settings(place.settings)
    with _bar() as on_evening:
        await load(place.graph, today, settings=settings, on_evening=on_evening)
    err.print(f"The sample company has lived a year in {monotonic() - started:.0f} seconds.")


@contextmanager
def _bar() -> Iterator[OnEvening | None]:
    """Show a progress bar on a terminal, and a single line elsewhere."""
    if not sys.stderr.isatty():
        err.print("Making the sample company: it lives through a year, which takes a minute or less …")
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Bar(*columns, console=err, transient=True) as bar:
        task = bar.add_task("The sample company: what was known before its year", total=None)

        def on_evening(day: date, done: int, total: int) -> None:
            description = f"The sample company: facts and stages of {day:%d %B %Y}"
            bar.update(task, description=description, completed=done, total=total)

        yield on_evening


async def _show(place: Workplace) -> None:
    from graph.questions import answer  # noqa: PLC0415
    from membergraph.api_client import local_client  # noqa: PLC0415
    from membergraph.sample import describe  # noqa: PLC0415

    for one in describe().questions:
        found = await answer(place.graph, place.clock, one.question, one.parameters)
        parameters = " ".join(f'{name}="{value}"' for name, value in one.parameters.items())
        _title(f"ask {one.question} {parameters}", one.shows)
        table(found.columns, found.rows[:5])
    async with local_client(place) as client:
        await _show_late(client)


async def _show_late(client: ApiClient) -> None:
    """Show the output of `signals` for Onboarding, and of `explain` for the organisation with most revenue at risk."""
    found = (await client.ask(_LATE, {}))["signals"]["signals"]
    signal = next((each for each in found if each["stage"]["key"] == "onboarding"), None)
    if signal is None:
        return
    key, name = signal["objective"]["key"], signal["objective"]["name"]
    _title(
        "signals", f"Onboarding: {name} takes {signal['averageDays']:.1f} days on average; these wait for twice that"
    )
    table(("organisation", "days pending", "revenue"), map(_late, signal["late"]))
    first = signal["late"][0]["organisation"]
    _title(f"explain {first['domain']} {key}", "and why the first of them does")
    why = await client.ask(_WHY, {"o": first["id"], "w": key})
    note(escape(why["explainObjective"]["text"]))


def _late(late: dict[str, Any]) -> tuple[Any, ...]:
    return late["organisation"]["name"], late["daysPending"], late["revenue"]


def _title(command: str, shows: str) -> None:
    note(f"\n[bold]membergraph {escape(command)}[/]\n[dim]{escape(shows)}[/]")
