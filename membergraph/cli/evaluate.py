"""`membergraph evaluate`."""

import time
from typing import Annotated

import typer

from graph.evaluation import Evaluator
from membergraph.cli.options import DataDir, settings_of
from membergraph.cli.output import note
from membergraph.settings import Settings
from membergraph.workplace import run, workplace

HELP = """Bring stored roll-ups up to date, once, from outside the service (which does this by itself).

\b
  membergraph evaluate            what facts or time have made stale
  membergraph evaluate --all      everything, from scratch
"""
Everything = Annotated[bool, typer.Option("--all", help="Every organisation, stale or not.")]


def evaluate(everything: Everything = False, data_dir: DataDir = None) -> None:
    """Evaluate stale and due organisations, or all of them."""
    began = time.monotonic()
    count = run(_evaluate(settings_of(data_dir=data_dir), everything=everything))
    note(f"{count:,} evaluated in {time.monotonic() - began:.1f} s")


async def _evaluate(settings: Settings, *, everything: bool) -> int:
    async with workplace(settings) as place:
        evaluator = Evaluator(place.graph, place.clock)
        if everything:
            return await evaluator.evaluate_all()
        return await evaluator.evaluate_stale() + await evaluator.evaluate_due()
