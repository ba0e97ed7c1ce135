"""`membergraph settings`."""

import dataclasses
import json

from membergraph.cli.options import AsJson, settings_of
from membergraph.cli.output import out, table
from membergraph.settings import describe

HELP = """Show every setting: its value, its default and what it is for. Set one in the environment:

\b
  membergraph settings
  MEMBERGRAPH_PORT=9000 membergraph serve
"""


def settings(as_json: AsJson = False) -> None:
    """Show the settings."""
    found = describe(settings_of())
    if as_json:
        out.print_json(json.dumps([dataclasses.asdict(one) for one in found]))
        return
    rows = [(one.name, one.value + (" *" if one.given else ""), one.default, one.help) for one in found]
    table(("setting", "value (* is set)", "default", "what it is for"), rows)
