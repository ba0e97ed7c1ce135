"""`membergraph criteria`."""

from typing import Annotated, Literal, cast

import typer

from graph.attributes.catalogue import load_catalogue
from graph.criteria import parse
from membergraph.cli.options import DataDir, settings_of
from membergraph.cli.output import note
from membergraph.settings import Settings
from membergraph.workplace import run, workplace

Subject = Literal["person", "organisation", "membership", "event"]
HELP = """Work with criteria, the language of `where`, roll-ups and journeys.

\b
  membergraph criteria check "arr >= 1000 and any member (role = 'admin')"
"""
app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")

_CHECK = """Say whether a criterion can be understood, and if not, where not and what may be meant.

\b
  membergraph criteria check "plan = 'pro' and first_seen_date within last 30 days"
  membergraph criteria check "role = 'admin'" --of membership
"""


@app.command(help=_CHECK)
def check(
    text: Annotated[str, typer.Argument(metavar="CRITERION")],
    subject: Annotated[
        str, typer.Option("--of", metavar="SUBJECT", help="person, organisation, membership or event.")
    ] = "organisation",
    data_dir: DataDir = None,
) -> None:
    """Read a criterion against the graph's catalogue."""
    if subject not in Subject.__args__:  # type: ignore[attr-defined]
        raise typer.BadParameter(f"{subject} is none of person, organisation, membership, event", param_hint="--of")
    run(_check(settings_of(data_dir=data_dir), text, cast(Subject, subject)))
    note(f"Understood, as a criterion of {'an' if subject[0] in 'aeo' else 'a'} {subject}.")


async def _check(settings: Settings, text: str, subject: Subject) -> None:
    async with workplace(settings) as place:
        parse(text, subject=subject, catalogue=await load_catalogue(place.graph))
