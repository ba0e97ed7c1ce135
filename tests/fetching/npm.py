"""Packages from npm at the versions of a lock file, installed once into the user's cache.

Without npm a test says what it leaves out and is skipped, except under CI, where it must run.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.fetching.once import cached, one_at_a_time


def installed(beside: Path, left_out: str) -> Path:
    """The folder that holds the node_modules of the package.json in `beside`."""
    if not (shutil.which("npm") and shutil.which("node")):
        if os.environ.get("CI") == "true":
            pytest.fail(f"{left_out}: CI must do it, but there is no npm here")
        pytest.skip(f"{left_out}: there is no npm here")
    lock = (beside / "package-lock.json").read_bytes()
    folder = cached(f"{beside.name}-from-npm-{hashlib.sha256(lock).hexdigest()[:12]}")
    with one_at_a_time(folder):
        if not (folder / "done").exists():
            folder.mkdir(exist_ok=True)
            for name in ("package.json", "package-lock.json"):
                shutil.copy(beside / name, folder / name)
            subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True, timeout=300)
            (folder / "done").touch()
    return folder
