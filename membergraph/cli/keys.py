"""`membergraph keys`."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.markup import escape

from api.keys import SCOPES, Key, create, list_keys, revoke
from graph.clock import Clock, clock_from, epoch_ms, from_epoch_ms
from graph.errors import UserMistake, excerpt
from membergraph.cli.options import AsJson, DataDir, settings_of
from membergraph.cli.output import note, out, table

HELP = """Keys for the API and for tracking. Without any, the service serves this machine only.

\b
  membergraph keys create backend --scope read --scope write
  membergraph keys create loader --scope write --scope sources   may name other sources than its own, as load --to does
  membergraph keys create website --scope track --public        may ship in a web page
  membergraph keys create report --scope read --expires 90d
  membergraph keys list
  membergraph keys revoke website

A running service takes up changes at once. Only a hash is kept: the key is shown once, when it is made.
"""
app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")
_LATER = re.compile(r"(\d{1,9})\s*([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@app.command("create", help="Make a key and show it, once.")
def create_(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Whom or what it is for; the source of the facts it brings.")
    ],
    scope: Annotated[
        list[str], typer.Option(metavar="SCOPE", help=f"What it may do: {', '.join(SCOPES)}. Repeat for several.")
    ],
    public: Annotated[
        bool, typer.Option("--public", help="It ships in web pages or apps, so it proves nothing (V2); may only track.")
    ] = False,
    expires: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help="A day or instant, or 10m, 12h, 90d, 4w from now.", show_default="never"),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Make a key."""
    settings = settings_of(data_dir=data_dir)
    clock = clock_from(settings.clock)
    at = expiry(expires, clock) if expires else None
    secret, key = create(settings.keys_path(), name, scope, clock, expires_at=at, public=public)
    note(
        f"Key [bold]{escape(key.name)}[/] ({key.id}), scopes {', '.join(key.scopes)}. It is shown now and never again:"
    )
    out.print(secret, markup=False)


@app.command("list", help="Show the keys, without their secrets.")
def list_(as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """List keys."""
    found = list_keys(settings_of(data_dir=data_dir).keys_path())
    rows = [_row(key) for key in found]
    if as_json:
        out.print_json(json.dumps([dict(zip(_COLUMNS, row, strict=True)) for row in rows]))
    elif rows:
        table(_COLUMNS, rows)
    else:
        note("There is no key, so the service serves this machine only. Make one: membergraph keys create --help")


@app.command("revoke", help="Take a key away, by its name or id.")
def revoke_(key: Annotated[str, typer.Argument(metavar="KEY")], data_dir: DataDir = None) -> None:
    """Revoke a key."""
    revoked = revoke(settings_of(data_dir=data_dir).keys_path(), key)
    note(f"Key {escape(revoked.name)} ({revoked.id}) is revoked.")


def expiry(when: str, clock: Clock) -> datetime:
    """Return the instant that `10m`, `90d`, a day or an instant describes. Raises UserMistake."""
    text = when.strip()
    try:
        if match := _LATER.fullmatch(text):
            at = clock.now() + timedelta(**{_UNITS[match[2]]: int(match[1])})
        else:
            at = datetime.fromisoformat(text)
            at = at if at.tzinfo else at.replace(tzinfo=UTC)
        epoch_ms(at)
    except (ValueError, OverflowError):
        raise UserMistake(
            "INVALID_TIME",
            f"{excerpt(when)} is no time.",
            "expires",
            hint="Write 30s, 10m, 12h, 90d or 4w from now, a day such as 2027-01-31, or 2027-01-31T12:00:00Z.",
        ) from None
    if at <= clock.now():
        raise UserMistake(
            "INVALID_TIME", f"{excerpt(when)} is not ahead of now.", "expires", hint="Name a time to come, such as 90d."
        )
    return at


_COLUMNS = ("id", "name", "scopes", "public", "created", "expires")


def _row(key: Key) -> tuple[str, str, str, bool, str, str | None]:
    expires = from_epoch_ms(key.expires_at).isoformat() if key.expires_at is not None else None
    return key.id, key.name, ", ".join(key.scopes), key.public, from_epoch_ms(key.created_at).isoformat(), expires
