"""Two portraits compared line by line, so that a failure names what differs."""

from __future__ import annotations

Portrait = dict[str, list[str]]


def differences(found: Portrait, expected: Portrait) -> list[str]:
    """Lines that only one of the two has: `+` was found and not expected, `-` was expected and not found."""
    lines = []
    for part in expected:
        lines += [f"+ {part}: {line}" for line in sorted(set(found[part]) - set(expected[part]))]
        lines += [f"- {part}: {line}" for line in sorted(set(expected[part]) - set(found[part]))]
        if len(found[part]) != len(expected[part]):
            lines.append(f"{part}: {len(found[part])} lines, not {len(expected[part])}")
    return lines
