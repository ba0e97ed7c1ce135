"""Options of several commands."""

import logging
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from membergraph.settings import Settings, load

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir", "-d", metavar="FOLDER", help="Folder of the embedded engine's data.", show_default="data"
    ),
]
Through = Annotated[
    str | None,
    typer.Option("--to", metavar="URL", help="Go through a running service, such as http://127.0.0.1:8080."),
]
Key = Annotated[
    str | None,
    typer.Option(
        "--key",
        metavar="KEY",
        envvar="MEMBERGRAPH_TEST_KEY",
        show_envvar=False,
        help="Its API key, where the service asks for one.",
    ),
]
Organisation = Annotated[str, typer.Argument(metavar="ORGANISATION", help="Its id or its domain.")]
StageKey = Annotated[str, typer.Argument(metavar="STAGE", help="The stage's key.")]
Confirm = Annotated[
    bool,
    typer.Option("--confirm", help="Make also a change that strands or floods: of more than a fifth of the occupants."),
]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]


def settings_of(**given: Any) -> Settings:
    """Return the settings, with values of the command line on top, and set up logging by them."""
    settings = load(**given)
    logging.basicConfig(
        level=settings.log_level.upper(), stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for noisy in ("neo4j", "httpx2", "httpcore2", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    return settings
