"""Commands as tests run them: in a process of their own, or checked for their exit code."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.sdks.services import environment

Run = Callable[..., tuple[int, str, str]]
"""Runs a command; returns its exit code, its output and its errors."""
Output = Callable[..., str]


def command(settings: dict[str, str], folder: Path, *arguments: str) -> tuple[int, str, str]:
    """Run a command in a process of its own."""
    line = [sys.executable, "-m", "membergraph", *arguments]
    done = subprocess.run(
        line, env=environment(**settings), cwd=folder, capture_output=True, text=True, timeout=180, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr


def output_of(run: Run, *options: str) -> Output:
    """Return a function that runs a command with these options and returns all that it prints.

    Its argument `code` is the exit code that the command must have.
    """

    def output(*arguments: str, code: int = 0) -> str:
        found, out, err = run(*arguments, *options)
        assert found == code, (arguments, out, err)
        return out + err

    return output
