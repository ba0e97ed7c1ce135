"""`membergraph doctor`."""

import dataclasses
import json

import typer

from graph.errors import GraphDamaged
from graph.schema.doctor import Violation, check, damaged
from membergraph.cli.options import AsJson, DataDir, settings_of
from membergraph.cli.output import FINDINGS, note, out, table
from membergraph.settings import Settings
from membergraph.workplace import run, workplace

HELP = """Check what must hold of any graph, and say what is wrong where. Changes nothing. Exit code 3 where it finds something.

\b
  membergraph doctor
  membergraph doctor --json
"""


def doctor(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Check the graph and show the findings."""
    findings = run(_check(settings_of(data_dir=data_dir)))
    if as_json:
        out.print_json(json.dumps([dataclasses.asdict(finding) for finding in findings]))
    elif not findings:
        note("The graph is healthy: every invariant holds.")
    else:
        rows = [(one.rule, one.what, one.count, ", ".join(one.where)) for one in findings]
        table(("rule", "what is wrong", "found", "where"), rows)
    if findings:
        raise typer.Exit(FINDINGS)


async def _check(settings: Settings) -> list[Violation]:
    try:
        async with workplace(settings) as place:
            return await check(place.graph)
    except GraphDamaged as error:  # the engine does not open it at all
        return damaged(error.damage)
