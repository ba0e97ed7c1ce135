"""The journey of the sample company: the guide's four stages, and the health score that Renewal uses."""

from __future__ import annotations

from dataclasses import replace

from graph.calculated.definition import Calculated, Rule
from graph.journey.definitions.definition import ExitRule, Objective, Reentry, Stage
from graph.journey.definitions.templates import TEMPLATE
from membergraph.sample.contracts import RENEWAL

__all__ = ["HEALTH", "STAGES"]

HEALTH = Calculated(
    "health_score",
    score=(
        Rule("somebody came this week", 25, "weekly_active_users >= 1"),
        Rule("three or more came this week", 25, "weekly_active_users >= 3"),
        Rule("another system connected", 25, "integrations_connected >= 1"),
        Rule("three projects or more", 25, "projects_created >= 3"),
    ),
    description="How well a customer does, 0 to 1",
)

_ONBOARDING, _ADOPTION = TEMPLATE.stages[:2]
STAGES = (
    replace(
        _ONBOARDING,
        # An organisation with all objectives completed does not wait for the thirtieth day.
        exit=ExitRule("ALL_OBJECTIVES_OR_AFTER_DAYS", 30),
    ),
    replace(
        _ADOPTION,
        objectives=(
            Objective("three_projects", "Created three projects", criteria="projects_created >= 3"),
            Objective("three_active_users", "Three people active in a week", criteria="weekly_active_users >= 3"),
            Objective("second_integration", "Connected a second integration", criteria="integrations_connected >= 2"),
            Objective("two_exports", "Took data out twice", criteria="exports_downloaded >= 2"),
            Objective(
                "single_sign_on",
                "Set up single sign-on",
                criteria="single_sign_on_since has any value",
                applies_to="plan in ('business', 'enterprise')",
            ),
        ),
    ),
    Stage(
        key="expansion",
        journey="customer",
        name="Expansion",
        description="For as long as it takes: signs of readiness to grow, until seats are added.",
        position=2,
        # An organisation may leave Adoption without completing it, and still grow (J6).
        entry="last_left_adoption_stage has any value and not churned = true",
        exit=ExitRule(
            "CRITERIA",
            criteria="last_upgrade_at within last 7 days or churned = true",
            completed_when="not churned = true",
        ),
        objectives=(
            Objective("seats_nearly_full", "Four in five seats in use", criteria="members / seats >= 80%"),
            Objective("five_active_users", "Five people active in a week", criteria="weekly_active_users >= 5"),
            Objective(
                "asked_for_more", "SampleQuestion for more seats", criteria="upgrade_requested_at within last 30 days"
            ),
        ),
    ),
    Stage(
        key="renewal",
        journey="customer",
        name="Renewal",
        description=f"The {RENEWAL} days before renewal: is the customer healthy, will they stay?",
        position=3,
        entry=f"renewal_date within next {RENEWAL} days",
        # A later date shows the renewal: a flag would still be set a year later.
        exit=ExitRule(
            "CRITERIA",
            criteria="renewal_date > 90 days from now or churned = true",
            completed_when="not churned = true",
        ),
        reentry=Reentry("ALWAYS"),
        objectives=(
            Objective("review_held", "Business review held", manual=True),
            Objective("offer_sent", "Offer sent", manual=True, after=("review_held",)),
            Objective("healthy", "Healthy before renewal", "MARKER", criteria="health_score >= 75%"),
            Objective("still_active", "Active in the last week", "MARKER", criteria="weekly_active_users >= 1"),
        ),
    ),
)
"""Onboarding, Adoption, Expansion and Renewal, in their order."""
