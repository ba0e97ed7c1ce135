"""Stages saved over GraphQL, and stays written as an evaluation writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import queries
from graph.clock import epoch_ms
from graph.engine import Graph, Transaction
from graph.journey.decisions.rows import achieved_rows, stay_row
from graph.journey.decisions.stay import Stay, all_done
from tests.api.conftest import Api

NOW = epoch_ms(datetime(2026, 6, 1, 12, tzinfo=UTC))
HOUR = 3_600_000
DAY = 24 * HOUR
STAGE = "key name journey { key } description position status entry exit { mode days criteria completedWhen } reentry reentryDays version"
ERRORS = "userErrors { code message field line column }"
SAVE_STAGE = (
    f"mutation($s: StageInput!) {{ saveStage(stage: $s) {{ stage {{ {STAGE} }} warnings {{ code }} {ERRORS} }} }}"
)
SAVE_OBJECTIVE = (
    "mutation($s: String!, $o: ObjectiveInput!) { saveObjective(stage: $s, objective: $o) "
    f"{{ objective {{ key name kind criteria manual appliesTo after }} warnings {{ code }} {ERRORS} }} }}"
)
SET_STATUS = (
    "mutation($k: String!, $t: StageStatus!) { setStageStatus(stage: $k, status: $t) "
    f"{{ stage {{ key status version }} {ERRORS} }} }}"
)
ONBOARDING = {
    "key": "onboarding",
    "name": "Onboarding",
    "entry": "any member (role = 'admin')",
    "exit": {"mode": "ALL_OBJECTIVES_OR_AFTER_DAYS", "days": 30},
}
ADOPTION = {
    "key": "adoption",
    "name": "Adoption",
    "entry": "did 'Login' at least 3 times",
    "exit": {"mode": "ONGOING"},
}
OBJECTIVES = (
    {"key": "first_project", "name": "First project", "criteria": "did 'Project Created'"},
    {"key": "kick_off", "name": "Kick-off call", "manual": True, "after": ["first_project"]},
    {"key": "big", "name": "Big", "kind": "MARKER", "criteria": "any member (role = 'owner')"},
)


async def saved(api: Api, stage: Mapping[str, Any], *objectives: Mapping[str, Any]) -> dict[str, Any]:
    """Save a stage with objectives; the stage as the payload has it."""
    payload = (await api.data(SAVE_STAGE, s=stage))["saveStage"]
    assert payload["userErrors"] == [], payload
    for objective in objectives:
        added = (await api.data(SAVE_OBJECTIVE, s=stage["key"], o=objective))["saveObjective"]
        assert added["userErrors"] == [], added
    found: dict[str, Any] = payload["stage"]
    return found


async def made_live(api: Api, key: str) -> None:
    payload = (await api.data(SET_STATUS, k=key, t="LIVE"))["setStageStatus"]
    assert payload["userErrors"] == [], payload


async def journey(api: Api) -> None:
    """Two live stages, the first with objectives of all kinds."""
    await saved(api, ONBOARDING, *OBJECTIVES)
    await saved(api, ADOPTION)
    await made_live(api, "onboarding")
    await made_live(api, "adoption")


async def stayed(
    graph: Graph, organisation: str, stay: Stay, evidence: Mapping[str, tuple[str | None, str | None]] | None = None
) -> None:
    """Write a stay; `evidence` names by objective the event and the person that completed it."""
    rows = {
        "stays": [stay_row(organisation, stay, done=all_done(stay.applicable, stay))],
        "achieved": achieved_rows(organisation, stay, None, evidence or {}),
    }

    async def work(transaction: Transaction) -> None:
        await transaction.execute(queries.text("journey/write_stays"), rows)

    await graph.write(work)


async def organisations(api: Api, *names: str) -> list[str]:
    """Organisations by name, with an administrator each; their ids."""
    rows = [
        {
            "identities": [{"kind": "organisation_id", "value": name}],
            "name": name,
            "domain": f"{name}.test",
        }
        for name in names
    ]
    document = "mutation($r: [OrganisationInput!]!) { upsertOrganisations(organisations: $r) { ids } }"
    ids: list[str] = (await api.data(document, r=rows))["upsertOrganisations"]["ids"]
    return ids
