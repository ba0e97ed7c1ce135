"""The four stages that most B2B companies begin with, ready to be saved, and the attributes they need."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from graph.journey.definitions.definition import ExitRule, Journey, Objective, Reentry, Stage

__all__ = ["NEEDS", "TEMPLATE", "Need", "missing", "needs"]


@dataclass(frozen=True)
class Need:
    """An attribute of organisations that a template reads: its name, its type and its meaning."""

    name: str
    type: str
    meaning: str


NEEDS: tuple[Need, ...] = (
    Need("projects_created", "integer", "how many projects the organisation has created"),
    Need("team_members_invited", "integer", "how many people were invited by those who were there"),
    Need("integrations_connected", "integer", "how many other systems are connected"),
    Need("reports_generated", "integer", "how many reports were generated"),
    Need("weekly_active_users", "integer", "how many members were active in the last seven days"),
    Need("features_used", "integer", "how many of the main features were used"),
    Need("seats", "integer", "how many seats are paid for"),
    Need("seats_used", "integer", "how many seats are in use"),
    Need("upgrade_requested_at", "datetime", "when an upgrade or more seats were last asked for"),
    Need("renewal_date", "date", "the day on which the contract renews, moved on when it has"),
    Need("health_score", "float", "0 to 100, however it is computed"),
    Need("churned", "boolean", "whether the customer has left"),
)

_FIRST_STEPS = (
    Objective("created_first_project", "Created first project", criteria="projects_created >= 1"),
    Objective("invited_team_member", "Invited team member", criteria="team_members_invited >= 1"),
    Objective("connected_integration", "Connected integration", criteria="integrations_connected >= 1"),
    Objective("generated_first_report", "Generated first report", criteria="reports_generated >= 1"),
)

_ONBOARDING = Stage(
    key="onboarding",
    journey="customer",
    name="Onboarding",
    description="Days 0 to 30: initial setup and first value.",
    position=0,
    entry="first_seen_date within last 30 days",
    exit=ExitRule("AFTER_DAYS", 30),
    objectives=_FIRST_STEPS,
)

_ADOPTION = Stage(
    key="adoption",
    journey="customer",
    name="Adoption",
    description="Months 1 to 3: growing usage, a growing team, deeper features.",
    position=1,
    entry="last_completed_onboarding_stage has any value",
    exit=ExitRule("ALL_OBJECTIVES_OR_AFTER_DAYS", 60),
    objectives=(
        Objective("five_projects", "Created five projects", criteria="projects_created >= 5"),
        Objective("three_active_users", "Three people active in a week", criteria="weekly_active_users >= 3"),
        Objective("three_features", "Used three main features", criteria="features_used >= 3"),
        Objective("second_integration", "Connected a second integration", criteria="integrations_connected >= 2"),
    ),
)

_EXPANSION = Stage(
    key="expansion",
    journey="customer",
    name="Expansion",
    description="For as long as it takes: signs of readiness to upgrade or to grow.",
    position=2,
    # Adoption can be left without completion. Organisations that left it either way may grow (J6).
    entry="last_left_adoption_stage has any value",
    exit=ExitRule("ONGOING"),
    objectives=(
        Objective("seats_nearly_full", "Nine in ten seats in use", criteria="seats_used / seats >= 90%"),
        Objective("asked_for_more", "Asked for an upgrade or seats", criteria="upgrade_requested_at has any value"),
        Objective("ten_active_users", "Ten people active in a week", criteria="weekly_active_users >= 10"),
        Objective("all_features", "Used six main features", criteria="features_used >= 6"),
    ),
)

_RENEWAL = Stage(
    key="renewal",
    journey="customer",
    name="Renewal",
    description="The 90 days before renewal: is the customer healthy, will they stay?",
    position=3,
    entry="renewal_date within 90 days",
    # A later date means renewed: a flag would still be set the year after.
    exit=ExitRule(
        "CRITERIA", criteria="renewal_date > 90 days from now or churned = true", completed_when="not churned = true"
    ),
    reentry=Reentry("ALWAYS"),
    objectives=(
        Objective("review_held", "Business review held", manual=True),
        Objective("healthy", "Healthy before renewal", "MARKER", criteria="health_score >= 75"),
        Objective("still_active", "Active in the last week", "MARKER", criteria="weekly_active_users >= 1"),
        Objective("terms_agreed", "Terms agreed", manual=True, after=("review_held",)),
    ),
)

TEMPLATE = Journey("customer", "Customer", stages=(_ONBOARDING, _ADOPTION, _EXPANSION, _RENEWAL))
"""Onboarding, Adoption, Expansion and Renewal, as drafts."""


def needs(stage: Stage) -> tuple[Need, ...]:
    """Return the attributes that the criteria of a template's stage name."""
    written = " ".join(stage.criteria)
    return tuple(each for each in NEEDS if each.name in written.split())


def missing(stage: Stage, known: Collection[str]) -> tuple[Need, ...]:
    """Return the attributes that a template's stage needs and that are not among the `known` names."""
    return tuple(each for each in needs(stage) if each.name not in known)
