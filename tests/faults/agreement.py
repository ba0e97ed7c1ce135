"""Two portraits compared line by line, so that a failure names what differs."""

from __future__ import annotations

Portrait = dict[str, list[str]]


def differences(found: Portrait, expected: Portrait) -> list[str]:
    """Return lines of only one portrait: `+` for an unexpected one, `-` for a missing one."""
    lines = []
    for part in expected:
        lines += [f"+ {part}: {line}" for line in sorted(set(found[part]) - set(expected[part]))]
        lines += [f"- {part}: {line}" for line in sorted(set(expected[part]) - set(found[part]))]
        if len(found[part]) != len(expected[part]):
            lines.append(f"{part}: {len(found[part])} lines, not {len(expected[part])}")
    return lines
