"""`membergraph stage objective`."""

from typing import Annotated, Any

import typer

from membergraph.asking import opened
from membergraph.cli.options import Confirm, DataDir, Key, StageKey, Through, settings_of
from membergraph.cli.showing import note
from membergraph.cli.stages import CHANGE, applied, show
from membergraph.workplace import run

HELP = """Objectives of a stage: what an organisation should reach there.

\b
  membergraph stage objective save onboarding first_project --name "First project" --criteria "did 'Project Created'"
  membergraph stage objective save onboarding kick_off --manual --after first_project
  membergraph stage objective save onboarding big --criteria "arr >= 100000" --marker
  membergraph stage objective remove onboarding big
"""
app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")
_TOLD = f"{{ {CHANGE} warnings {{ code message }} userErrors {{ code message field }} }}"
SAVE = (
    "mutation Save($stage: String!, $objective: ObjectiveInput!, $confirm: Boolean!) "
    f"{{ saveObjective(stage: $stage, objective: $objective, confirm: $confirm) {_TOLD} }}"
)
_REMOVE = (
    "mutation Remove($stage: String!, $objective: String!, $confirm: Boolean!) "
    f"{{ removeObjective(stage: $stage, objective: $objective, confirm: $confirm) {_TOLD} }}"
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
    """Saves an objective."""
    kind = None if marker is None else "MARKER" if marker else "OBJECTIVE"
    given = {
        "name": name, "criteria": criteria, "manual": manual, "kind": kind, "appliesTo": applies_to, "after": after,
    }  # fmt: skip
    told: dict[str, Any] = {"key": objective, **{field: value for field, value in given.items() if value is not None}}
    if manual and criteria is None:
        told["criteria"] = None

    async def work() -> None:
        async with opened(settings_of(data_dir=data_dir), to, key) as door:
            if name is None:
                known = (await door.ask(_KNOWN, {"stage": stage}))["stage"] or {"objectives": []}
                names = {each["key"]: each["name"] for each in known["objectives"]}
                told["name"] = names.get(objective, objective.replace("_", " ").capitalize())
            await applied(door, SAVE, {"stage": stage, "objective": told, "confirm": confirm}, objective)
            await show(door, stage)

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
    """Removes an objective."""

    async def work() -> None:
        async with opened(settings_of(data_dir=data_dir), to, key) as door:
            await applied(door, _REMOVE, {"stage": stage, "objective": objective, "confirm": confirm}, objective)

    run(work())
    note(f"{objective} is no objective of {stage} any more; what was achieved stays recorded.")
