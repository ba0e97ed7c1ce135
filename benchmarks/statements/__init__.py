"""The peers' Cypher: handwritten statements that leave the same graph or return the same answer."""

from functools import cache
from pathlib import Path


@cache
def text(name: str) -> str:
    """Return the statement of a file in this folder."""
    return (Path(__file__).parent / f"{name}.cypher").read_text(encoding="utf-8")
