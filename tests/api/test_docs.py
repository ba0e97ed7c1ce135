"""The examples in docs/graphql.md run, and its table of codes is complete."""

import re
from pathlib import Path

from graph.evaluation import Evaluator

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/graphql.md").read_text()
EXAMPLES = re.findall(r"```graphql\n(.*?)```", PAGE, re.DOTALL)
SETUP = """mutation {
  upsertPeople(people: [{identities: [{kind: "user_id", value: "ann"}], name: "Ann Lee", email: "ann@acme.test", attributes: {score: 7}}]) { created }
  upsertOrganisations(organisations: [{identities: [{kind: "organisation_id", value: "1"}], name: "Acme", domain: "acme.test", attributes: {arr: 1200}}]) { created }
  upsertMemberships(memberships: [{person: {email: "ann@acme.test"}, organisation: {domain: "acme.test"}, role: "admin"}]) { created }
}"""


async def test_every_example_runs(api, graph, clock):
    assert len(EXAMPLES) >= 10
    await api.data(SETUP)
    acme = (await api.data('{ organisation(by: {domain: "acme.test"}) { id } }'))["organisation"]["id"]
    found = []
    for example in EXAMPLES:
        found.append(await api.data(example.replace('"ID"', f'"{acme}"')))
        await Evaluator(graph, clock).evaluate_stale()
    assert found[0]["organisation"]["members"] == 1
    assert found[0]["organisation"]["memberships"]["edges"][0]["node"]["person"]["name"] == "Ann Lee"
    assert found[2]["organisations"]["edges"] == [{"node": {"name": "Acme", "attributes": {"arr": 1200}}}]
    assert [edge["node"]["name"] for edge in found[2]["people"]["edges"]] == ["Ann Lee"]
    written = next(one for one in found if "upsertPeople" in one)
    assert [row["index"] for row in written["upsertPeople"]["rejected"]] == [1]
    assert written["trackEvents"] == {"created": 1}
    saved = next(one for one in found if "saveStage" in one)
    assert [payload["userErrors"] for payload in saved.values()] == [[], [], [], []]
    assert [one["saveStage"]["change"]["occupants"] for one in found if "saveJourney" in one] == [1]
    signals = next(one for one in found if "wakeSignal" in one)
    assert [payload["userErrors"][0]["code"] for payload in signals.values()] == [
        "NOT_LATE",
        "NOT_LATE",
        "NOT_SILENCED",
    ]
    journeys = next(one for one in found if "journeys" in one)
    (state,) = journeys["organisation"]["journey"]
    assert (state["stage"]["key"], state["daysInStage"]) == ("onboarding", 0)
    assert [one["objective"]["key"] for one in state["objectives"]] == ["first_project", "kick_off"]
    assert journeys["organisation"]["stays"]["edges"][0]["node"]["backfilled"] is True
    assert journeys["journeys"][0]["stages"][0]["occupants"]["totalCount"] == 1
    stage = next(one for one in found if one.get("stage"))["stage"]
    assert (stage["metrics"]["entered"], stage["metrics"]["objectives"][0]["eligible"]) == (1, 1)
    assert stage["preview"]["wouldEnter"] == 0
    charts = next(one for one in found if "stageChart" in one)
    assert (charts["signals"]["organisations"], charts["stageChart"][:4]) == (0, "<svg")
    assert charts["troubleshoot"][0]["found"] == "It is LIVE."
    explanation = next(one for one in found if "explainStage" in one)["explainStage"]
    assert (explanation["holds"], explanation["tree"][0]["actual"]["holds_for"]) == (True, 1)


def test_every_code_of_the_api_is_documented():
    source = "".join(
        path.read_text()
        for folder in ("api/graphql", "api")
        for path in (ROOT / folder).glob("**/*.py")
        if "tracking" not in str(path)
    )
    codes = set(re.findall(r'"([A-Z]+_[A-Z_]+)"', source))
    elsewhere = {
        "KEYS_FILE",
        "PUBLIC_SCOPE",
        "UNKNOWN_SCOPE",
        "INVALID_ROLL_UP",
        "INVALID_PARAMETER",
        "DISCONNECTED",
        "NOTHING_COMPLETES",
        "TOO_MANY_STUCK",
        "TOO_SMALL",
    }
    errors = {
        c
        for c in codes
        if re.match(r"(BAD|TOO|INVALID|UNKNOWN|NOT|SYNTAX|DOCUMENT|BODY|GRAPH_U|QUEUE|OPERATION|METHOD|UNSUP)", c)
    }
    assert sorted(c for c in errors - elsewhere if f"`{c}`" not in PAGE) == []
