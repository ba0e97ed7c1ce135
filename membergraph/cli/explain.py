"""`membergraph explain`."""

import difflib
import json
from typing import Annotated, Any

import typer

from graph.errors import UserMistake
from membergraph.api_client import ApiClient, open_client
from membergraph.cli.options import AsJson, DataDir, Key, Organisation, Through, settings_of
from membergraph.cli.organisations import organisation_id
from membergraph.cli.output import out
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
    """Explain the state of an organisation in a stage or objective."""

    async def work() -> dict[str, Any]:
        async with open_client(settings_of(data_dir=data_dir), to, key) as client:
            document = await _document(client, stage)
            given = {"o": await organisation_id(client, organisation), "w": stage}
            found: dict[str, Any] = (await client.ask(document, given))["why"]
            return found

    why = run(work())
    if as_json:
        out.print_json(json.dumps(why))
    else:
        out.print(why["text"], markup=False)


async def _document(client: ApiClient, key: str) -> str:
    """Return the query for the key of a stage or an objective. Raises UserMistake if there is neither."""
    journeys = (await client.ask(_KEYS, {}))["journeys"]
    stages = [stage for journey in journeys for stage in journey["stages"]]
    stage_queries = {stage["key"]: _STAGE for stage in stages}
    objective_queries = {objective["key"]: _OBJECTIVE for stage in stages for objective in stage["objectives"]}
    documents = objective_queries | stage_queries
    if key not in documents:
        nearest = difflib.get_close_matches(key, documents, n=1)
        known = f"There are: {', '.join(documents)}." if documents else "Save one: membergraph stage save --help"
        hint = f"Did you mean {nearest[0]}?" if nearest else known
        raise UserMistake("NOT_FOUND", f"There is no stage or objective {key!r}.", "stage", hint=hint)
    return documents[key]
