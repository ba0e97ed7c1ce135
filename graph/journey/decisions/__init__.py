"""The step that decides stays, and what was decided (J1)."""
