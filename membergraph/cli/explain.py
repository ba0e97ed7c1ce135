"""`membergraph explain`."""

import difflib
import json
from typing import Annotated, Any

import typer

from graph.errors import UserMistake
from membergraph.asking import Door, opened
from membergraph.cli.options import AsJson, DataDir, Key, Organisation, Through, settings_of
from membergraph.cli.organisations import organisation_id
from membergraph.cli.showing import out
from membergraph.workplace import run

HELP = """Say why an organisation is in a stage or not, or has completed an objective or not, down to the values met.

\b
  membergraph explain acme.test onboarding
  membergraph explain acme.test first_project          an objective likewise
  membergraph explain acme.test onboarding --json      every clause, for programs
  membergraph explain acme.test onboarding --to http://127.0.0.1:8080    while the service runs
"""
_KEYS = "{ journeys { stages { key objectives { key } } } }"
_TREE = "holds text tree { parent clause holds unknown actual flipsAt }"
_STAGE = f"query Why($o: ID!, $w: String!) {{ why: explainStage(organisation: $o, stage: $w) {{ {_TREE} }} }}"
_OBJECTIVE = (
    f"query Why($o: ID!, $w: String!) {{ why: explainObjective(organisation: $o, objective: $w) {{ {_TREE} }} }}"
)


def explain(
    organisation: Organisation,
    stage: Annotated[str, typer.Argument(metavar="STAGE", help="The key of a stage, or of an objective.")],
    as_json: AsJson = False,
    to: Through = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Explains where an organisation stands."""

    async def work() -> dict[str, Any]:
        async with opened(settings_of(data_dir=data_dir), to, key) as door:
            document = await _document(door, stage)
            given = {"o": await organisation_id(door, organisation), "w": stage}
            found: dict[str, Any] = (await door.ask(document, given))["why"]
            return found

    why = run(work())
    if as_json:
        out.print_json(json.dumps(why))
    else:
        out.print(why["text"], markup=False)


async def _document(door: Door, asked: str) -> str:
    """What to ask of a key: it may be a stage's or an objective's. Raises UserMistake where it is neither's."""
    journeys = (await door.ask(_KEYS, {}))["journeys"]
    stages = [stage for journey in journeys for stage in journey["stages"]]
    keys = {stage["key"]: _STAGE for stage in stages}
    objectives = {objective["key"]: _OBJECTIVE for stage in stages for objective in stage["objectives"]}
    documents = objectives | keys
    if asked not in documents:
        nearest = difflib.get_close_matches(asked, documents, n=1)
        known = f"There are: {', '.join(documents)}." if documents else "Save one: membergraph stage save --help"
        hint = f"Did you mean {nearest[0]}?" if nearest else known
        raise UserMistake("NOT_FOUND", f"There is no stage or objective {asked!r}.", "stage", hint=hint)
    return documents[asked]
