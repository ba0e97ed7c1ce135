"""Definitions for the sample company from before its year: stored roll-ups and precedence of sources."""

from __future__ import annotations

from graph.rollups import RollUp, StoredRollUp

__all__ = ["PRECEDENCES", "ROLL_UPS"]


def _count_of(name: str, event: str, description: str) -> StoredRollUp:
    return StoredRollUp(name, RollUp("COUNT", "EVENTS", event_name=event), description=description)


def _last_of(name: str, event: str, description: str) -> StoredRollUp:
    return StoredRollUp(name, RollUp("LAST", "EVENTS", event_name=event), description=description)


ROLL_UPS = (
    StoredRollUp("members", RollUp("COUNT"), description="People who belong to it now"),
    StoredRollUp("admins", RollUp("COUNT", where="role in ('owner', 'admin')"), description="Owners and admins"),
    _count_of("projects_created", "Project Created", "Projects, ever"),
    _count_of("team_members_invited", "Teammate Invited", "Invitations to colleagues, ever"),
    _count_of("integrations_connected", "Integration Connected", "Other systems connected, ever"),
    _count_of("reports_generated", "Report Generated", "Reports generated, ever"),
    _count_of("exports_downloaded", "Export Downloaded", "Exports downloaded, ever"),
    _last_of("single_sign_on_since", "Single Sign-On Enabled", "When single sign-on was last switched on"),
    _last_of("upgrade_requested_at", "Upgrade Requested", "When more seats were last asked for"),
    _last_of("last_upgrade_at", "Subscription Upgraded", "When seats were last added"),
    StoredRollUp(
        "weekly_active_users",
        RollUp("COUNT_DISTINCT", "EVENTS", window_days=7),
        description="People who did something there in the last 7 days",
    ),
)

PRECEDENCES = (
    ("organisation", "arr", ("billing", "crm", "product")),
    ("organisation", "plan", ("billing", "product")),
    ("organisation", "name", ("product", "crm")),
    ("person", "name", ("product", "crm")),
)
"""Entity, attribute, and its sources from first to last."""
