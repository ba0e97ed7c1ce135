"""`membergraph stage template`."""

import difflib
import json
from typing import Annotated

import typer

from graph.errors import UserMistake
from graph.journey.definitions.definition import Stage
from graph.journey.definitions.templates import TEMPLATE, needs
from membergraph.cli.options import AsJson
from membergraph.cli.output import note, out, table
from membergraph.stage_file import stage_file

HELP = """Show the four stages that most companies begin with and the attributes they need, or write one as a file to be saved.

\b
  membergraph stage template                                  what there is
  membergraph stage template onboarding > onboarding.toml     one as a file: edit it, then
  membergraph stage save onboarding.toml
"""


def template(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Which to write.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show templates."""
    if name is not None:
        typer.echo(stage_file(_named(name)), nl=False)
    elif as_json:
        templates = [
            {"key": each.key, "name": each.name, "needs": [vars(one) for one in needs(each)]}
            for each in TEMPLATE.stages
        ]
        out.print_json(json.dumps(templates))
    else:
        table(
            ("template", "what it is for", "needs", "type", "which says"),
            [row for each in TEMPLATE.stages for row in _rows(each)],
        )
        note("\nOne as a file: membergraph stage template onboarding > onboarding.toml")


def _named(name: str) -> Stage:
    known = {each.key: each for each in TEMPLATE.stages}
    if name not in known:
        nearest = difflib.get_close_matches(name, known, n=1)
        hint = f"Did you mean {nearest[0]}?" if nearest else f"There are: {', '.join(known)}."
        raise UserMistake("NOT_FOUND", f"There is no template {name!r}.", "name", hint=hint)
    return known[name]


def _rows(stage: Stage) -> list[tuple[str, ...]]:
    needed = [(each.name, each.type, each.meaning) for each in needs(stage)] or [("", "", "")]
    first, *others = needed
    return [(stage.key, stage.description or "", *first), *(("", "", *each) for each in others)]
