"""`membergraph stage objective`."""

from typing import Annotated, Any

import typer

from membergraph.api_client import open_client
from membergraph.cli.options import Confirm, DataDir, Key, StageKey, Through, settings_of
from membergraph.cli.output import note
from membergraph.cli.stages import CHANGE, apply_change, show
from membergraph.workplace import run

HELP = """Objectives of a stage: what an organisation should reach there.

\b
  membergraph stage objective save onboarding first_project --name "First project" --criteria "did 'Project Created'"
  membergraph stage objective save onboarding kick_off --manual --after first_project
  membergraph stage objective save onboarding big --criteria "arr >= 100000" --marker
  membergraph stage objective remove onboarding big
"""
app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")
_PAYLOAD = f"{{ {CHANGE} warnings {{ code message }} userErrors {{ code message field }} }}"
SAVE = (
    "mutation Save($stage: String!, $objective: ObjectiveInput!, $confirm: Boolean!) "
    f"{{ saveObjective(stage: $stage, objective: $objective, confirm: $confirm) {_PAYLOAD} }}"
)
_REMOVE = (
    "mutation Remove($stage: String!, $objective: String!, $confirm: Boolean!) "
    f"{{ removeObjective(stage: $stage, objective: $objective, confirm: $confirm) {_PAYLOAD} }}"
)
_KNOWN = "query Known($stage: String!) { stage(key: $stage) { objectives { key name } } }"
ObjectiveKey = Annotated[str, typer.Argument(metavar="OBJECTIVE", help="The objective's key.")]


@app.command("save", help="Save an objective, new or changed; what is not given stays as it is.")
def save_(
    stage: StageKey,
    objective: ObjectiveKey,
    name: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Its name; made of the key for a new one.", show_default=False)
    ] = None,
    criteria: Annotated[str | None, typer.Option(metavar="CRITERION", help="What must hold.")] = None,
    manual: Annotated[bool | None, typer.Option("--manual/--by-criteria", help="Ticked by people, or by data.")] = None,
    marker: Annotated[
        bool | None, typer.Option("--marker/--counts", help="Watched only, or counted for completion.")
    ] = None,
    applies_to: Annotated[
        str | None, typer.Option(metavar="CRITERION", help="Only organisations that match this have it.")
    ] = None,
    after: Annotated[
        list[str] | None, typer.Option(metavar="OBJECTIVE", help="Expected to come before it. Repeat for several.")
    ] = None,
    confirm: Confirm = False,
    to: Through = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Save an objective."""
    kind = None if marker is None else "MARKER" if marker else "OBJECTIVE"
    options = {
        "name": name, "criteria": criteria, "manual": manual, "kind": kind, "appliesTo": applies_to, "after": after,
    }  # fmt: skip
    fields: dict[str, Any] = {
        "key": objective,
        **{field: value for field, value in options.items() if value is not None},
    }
    if manual and criteria is None:
        fields["criteria"] = None

    async def work() -> None:
        async with open_client(settings_of(data_dir=data_dir), to, key) as client:
            if name is None:
                known = (await client.ask(_KNOWN, {"stage": stage}))["stage"] or {"objectives": []}
                names = {each["key"]: each["name"] for each in known["objectives"]}
                fields["name"] = names.get(objective, objective.replace("_", " ").capitalize())
            await apply_change(client, SAVE, {"stage": stage, "objective": fields, "confirm": confirm}, objective)
            await show(client, stage)

    run(work())


@app.command("remove", help="Take an objective out of a stage; what was achieved stays recorded.")
def remove_(
    stage: StageKey,
    objective: ObjectiveKey,
    confirm: Confirm = False,
    to: Through = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Remove an objective."""

    async def work() -> None:
        async with open_client(settings_of(data_dir=data_dir), to, key) as client:
            await apply_change(client, _REMOVE, {"stage": stage, "objective": objective, "confirm": confirm}, objective)

    run(work())
    note(f"{objective} is no objective of {stage} any more; what was achieved stays recorded.")
