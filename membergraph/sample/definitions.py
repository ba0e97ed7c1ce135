"""What is defined for the sample company before its year begins: stored roll-ups, and whom to believe."""

from __future__ import annotations

from graph.rollups import RollUp, StoredRollUp

__all__ = ["PRECEDENCES", "ROLL_UPS"]


def _counted(name: str, event: str, description: str) -> StoredRollUp:
    return StoredRollUp(name, RollUp("COUNT", "EVENTS", event_name=event), description=description)


def _last(name: str, event: str, description: str) -> StoredRollUp:
    return StoredRollUp(name, RollUp("LAST", "EVENTS", event_name=event), description=description)


ROLL_UPS = (
    StoredRollUp("members", RollUp("COUNT"), description="People who belong to it now"),
    StoredRollUp("admins", RollUp("COUNT", where="role in ('owner', 'admin')"), description="Owners and admins"),
    _counted("projects_created", "Project Created", "Projects, ever"),
    _counted("team_members_invited", "Teammate Invited", "Invitations to colleagues, ever"),
    _counted("integrations_connected", "Integration Connected", "Other systems connected, ever"),
    _counted("reports_generated", "Report Generated", "Reports generated, ever"),
    _counted("exports_downloaded", "Export Downloaded", "Exports downloaded, ever"),
    _last("single_sign_on_since", "Single Sign-On Enabled", "When single sign-on was last switched on"),
    _last("upgrade_requested_at", "Upgrade Requested", "When more seats were last asked for"),
    _last("last_upgrade_at", "Subscription Upgraded", "When seats were last added"),
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
"""Entity, attribute, and its sources, first to last."""
