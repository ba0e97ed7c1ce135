"""The change log has the version of the package, dated, under the headings that readers know."""

import re
import tomllib
from pathlib import Path

HOUSE = Path(__file__).parents[2]
LOG = (HOUSE / "CHANGELOG.md").read_text()


def test_the_newest_version_is_dated_and_is_that_of_the_package() -> None:
    version = tomllib.loads((HOUSE / "pyproject.toml").read_text())["project"]["version"]
    newest, _ = re.findall(r"^## \[(\d[^\]]*)\] - (\d{4}-\d{2}-\d{2})$", LOG, re.MULTILINE)[0]
    assert newest == version
    assert f"[{version}]: " in LOG, "a version links to its tag"


def test_changes_stand_under_the_headings_of_keep_a_changelog() -> None:
    headings = set(re.findall(r"^### (.+)$", LOG, re.MULTILINE))
    assert headings <= {"Added", "Changed", "Deprecated", "Fixed", "Performance", "Removed", "Security"}
