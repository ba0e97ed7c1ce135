"""The peers' Cypher: what somebody would write by hand who wants the same graph, or the same answer, and nothing else."""

from functools import cache
from pathlib import Path


@cache
def text(name: str) -> str:
    """The statement of a file beside this one."""
    return (Path(__file__).parent / f"{name}.cypher").read_text(encoding="utf-8")
