"""The sample company as `membergraph serve --sample` makes and shows it."""

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
from membergraph.cli.showing import err, note, table

if TYPE_CHECKING:
    from membergraph.asking import Door
    from membergraph.sample.loading import Progress
    from membergraph.workplace import Workplace

__all__ = ["make", "with_sample"]

_LATE = """{ signals(first: 3) { signals { stage { key } objective { key name } averageDays
  late { organisation { id name domain } daysPending revenue } } } }"""
_WHY = "query Why($o: ID!, $w: String!) { explainObjective(organisation: $o, objective: $w) { text } }"


async def with_sample(place: Workplace) -> None:
    """Make the sample company where the graph is empty, or go on where that was stopped; show three answers.

    Nothing else may be at work on the graph.
    """
    from graph.evaluation import Evaluator  # noqa: PLC0415 - other commands need none of it

    await make(place)
    await Evaluator(place.graph, place.clock).evaluate_stale()
    await _show(place)


async def make(place: Workplace) -> None:
    """Make the sample company, or go on with it; what is whole, and a graph that others have put something into, is left alone."""
    from membergraph.sample import EVENINGS  # noqa: PLC0415
    from membergraph.sample.loading import load, made  # noqa: PLC0415
    from membergraph.writing import writer_settings  # noqa: PLC0415

    known = await made(place.graph)
    done = known is not None and known.lived == EVENINGS
    if done or (known is None and await place.graph.query(queries.text("sample/any_organisation"), {})):
        return
    begun = monotonic()
    with _bar() as progress:
        await load(place.graph, place.clock.now().date(), settings=writer_settings(place.settings), progress=progress)
    err.print(f"The sample company has lived a year in {monotonic() - begun:.0f} seconds.")


@contextmanager
def _bar() -> Iterator[Progress | None]:
    """A bar on a terminal; elsewhere a line says that it takes a while."""
    if not sys.stderr.isatty():
        err.print("Making the sample company: it lives through a year, which takes a minute or less …")
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Bar(*columns, console=err, transient=True) as bar:
        task = bar.add_task("The sample company: what was known before its year", total=None)

        def progress(day: date, lived: int, days: int) -> None:
            said = f"The sample company: facts and stages of {day:%d %B %Y}"
            bar.update(task, description=said, completed=lived, total=days)

        yield progress


async def _show(place: Workplace) -> None:
    from graph.questions import answer  # noqa: PLC0415
    from membergraph.asking import here  # noqa: PLC0415
    from membergraph.sample import describe  # noqa: PLC0415

    for asked in describe().questions:
        found = await answer(place.graph, place.clock, asked.question, asked.parameters)
        given = " ".join(f'{name}="{value}"' for name, value in asked.parameters.items())
        _title(f"ask {asked.question} {given}", asked.shows)
        table(found.columns, found.rows[:5])
    async with here(place) as door:
        await _show_late(door)


async def _show_late(door: Door) -> None:
    """Who is late in Onboarding with most revenue at risk, and why: what `signals` and `explain` say."""
    found = (await door.ask(_LATE, {}))["signals"]["signals"]
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
    why = await door.ask(_WHY, {"o": first["id"], "w": key})
    note(escape(why["explainObjective"]["text"]))


def _late(late: dict[str, Any]) -> tuple[Any, ...]:
    return late["organisation"]["name"], late["daysPending"], late["revenue"]


def _title(command: str, shows: str) -> None:
    note(f"\n[bold]membergraph {escape(command)}[/]\n[dim]{escape(shows)}[/]")
