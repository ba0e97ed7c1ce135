"""Load two CSV files, store two roll-ups of every organisation's people, and read their values.

The files' columns have the names of our own fields, so no mapping is needed. A stored roll-up is an attribute like any
other: `membergraph serve` keeps it right as facts come, and here `evaluate_stale` works it out once.
"""

import asyncio
from pathlib import Path

from graph.computed import define_roll_up
from graph.evaluation import Evaluator
from graph.rollups import RollUp, StoredRollUp
from loaders import LoadOptions, load
from membergraph.settings import load as settings
from membergraph.workplace import Workplace, workplace
from membergraph.writers import writer_of

FOLDER = Path(__file__).parent
FILES = [FOLDER / "organisations.csv", FOLDER / "memberships.csv"]
ROLL_UPS = [
    StoredRollUp("members", RollUp("COUNT")),
    StoredRollUp("admins", RollUp("COUNT", where="role = 'admin'")),
]
FIGURES = """
MATCH (o:Organisation) WHERE o.members > 0
RETURN o.name AS name, o.members AS members, o.admins AS admins ORDER BY members DESC, name LIMIT 5
"""


async def load_files(place: Workplace) -> None:
    """Load the files; what cannot be used would be counted, kept in the graph and written to a file beside them."""
    async with writer_of(place) as writer:
        summary = await load(FILES, writer, LoadOptions(source="example"))
    for file in summary.files:
        print(
            f"{file.name}: {file.read} rows, {file.created} created, {file.unchanged} unchanged, {file.refused} refused"
        )


async def main() -> None:
    """Load, define the roll-ups, work them out, and show them."""
    async with workplace(settings()) as place:
        await load_files(place)
        for roll_up in ROLL_UPS:
            await define_roll_up(place.graph, place.clock, roll_up)
        await Evaluator(place.graph, place.clock).evaluate_stale()
        for row in await place.graph.query(FIGURES, {}):
            print(f"{row['name']}: {row['members']} members, {row['admins']} admins")


if __name__ == "__main__":
    asyncio.run(main())
