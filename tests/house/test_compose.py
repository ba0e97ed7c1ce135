"""docker-compose.yml follows the Compose specification; no Docker engine is needed to know."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return yaml.safe_load(COMPOSE.read_text())["services"]


def check(file: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_follows_the_specification():
    checked = check(COMPOSE)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_check_refuses_what_does_not(tmp_path: Path):
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(COMPOSE.read_text().replace("healthcheck:", "health_check:"))
    assert check(wrong).returncode != 0


def test_every_service_has_a_health_check_and_volumes_that_are_declared(services: dict[str, Any]):
    declared = yaml.safe_load(COMPOSE.read_text())["volumes"]
    dockerfile = (ROOT / "Dockerfile").read_text()
    for name, service in services.items():
        assert "healthcheck" in service or (service.get("build") == "." and "HEALTHCHECK" in dockerfile), name
        assert all(volume.split(":")[0] in declared for volume in service["volumes"]), name


def test_passwords_come_from_the_environment_and_have_no_default(services: dict[str, Any]):
    given = [value for service in services.values() for value in service["environment"].values()]
    passwords = [value for value in given if "PASSWORD" in str(value)]
    assert len(passwords) == 2
    assert all("${NEO4J_PASSWORD:?" in value for value in passwords)


def test_the_service_waits_for_a_healthy_neo4j(services: dict[str, Any]):
    assert services["service"]["depends_on"]["neo4j"]["condition"] == "service_healthy"
