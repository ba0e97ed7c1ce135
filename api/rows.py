"""Rows as their caller may tell them."""

from __future__ import annotations

from typing import Any

from api.auth import Caller


def sourced(row: dict[str, Any], who: Caller) -> dict[str, Any]:
    """The row with the source that its caller may name: what a public key tells is marked so (V2)."""
    return {**row, "source": f"public:{who.name}"} if who.public else row
