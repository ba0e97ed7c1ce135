"""Advice for what people write and the language says another way."""

from __future__ import annotations

import re

__all__ = ["advice"]

_SPAN = r"(?P<n>\d+)\s+(?P<unit>(minute|hour|day|week|month|quarter|year)s?)\b"
_BACK = r"(?P<way>last|past|previous|preceding)"
_AHEAD = r"(?P<way>next|coming|following)"
_LEAD = r"(\b(in|during|over|for|within|since|from|at|on)\s+)*(\b(the|a)\s+)?\b"

_FORMS: tuple[tuple[str, str], ...] = (
    (rf"{_LEAD}{_BACK}\s+{_SPAN}", "Write `within last {n} {unit}`."),
    (rf"{_LEAD}{_AHEAD}\s+{_SPAN}", "Write `within next {n} {unit}`."),
    (rf"\b(in|for)\s+(the\s+)?(less\s+than\s+)?{_SPAN}(?!\s+(ago|from))", "Write `within next {n} {unit}`."),
    (rf"\b(older|longer|more)\s+than\s+{_SPAN}(\s+ago)?", "Write `> {n} {unit} ago`."),
    (rf"\b(newer|younger|less)\s+than\s+{_SPAN}(\s+ago)?", "Write `< {n} {unit} ago`."),
    (rf"\bsince\s+{_SPAN}", "Write `within last {n} {unit}`."),
    (r"={3,}", "Write `=`."),
    (r"!==+", "Write `!=`."),
    (r"=\s*>|>\s+=", "Write `>=`."),
    (r"=\s*<|<\s+=", "Write `<=`."),
    (r"!\s+=|\bne\b|\bnot\s+equals?(\s+to)?\b|\bis\s+not\s+equal\s+to\b", "Write `!=`."),
    (r"~=?|\bi?like\b|\bmatch(es)?\b|\bincludes?\b", "Write `contains 'a part of it'`."),
    (r"\beq\b|\bis\s+equal\s+to\b|\bequal(\s+to)?\b", "Write `=`."),
    (r"\bgte\b", "Write `>=`."),
    (r"\blte\b", "Write `<=`."),
    (r"\bgt\b|\bis\s+(over|above)\b|\babove\b", "Write `>`."),
    (r"\blt\b|\bis\s+(under|below)\b|\bbelow\b", "Write `<`."),
    (r"\bbetween\b", "Write both ends: `arr >= 1 and arr <= 5`."),
    (r"\bcontains?\s+(any|one)(\s+of)?\b\s*", "Write each: `tags contains 'a' or tags contains 'b'`."),
    (r"\bcontains?\s+all(\s+of)?\b\s*", "Write each: `tags contains 'a' and tags contains 'b'`."),
    (r"\b(is\s+)?(any|one)\s+of\b", "Write `in ('a', 'b')`."),
    (r"\b(is\s+)?none\s+of\b", "Write `not in ('a', 'b')`."),
    (r"\b(is\s+not\s+(empty|set|blank|none)|is\s+(set|present|there)|exists)\b", "Write `has any value`."),
    (r"\b(is\s+(empty|blank|none|missing|not\s+set)|has\s+no|does\s+not\s+exist)\b", "Write `has no value`."),
    (r"\bhas\s+(done|performed)\b", "Write the event in quotes: `did 'Project Created'`."),
    (r"\bhas\s+(value|values)\b|\bhas\b", "Write `has any value` or `has no value`."),
    (r"\b(starts?|begins?)_?with\b", "Write `starts with 'A'`."),
    (r"\bends?_?with\b", "Write `ends with 'A'`."),
    (r"\bfor\s+(?P<how>at\s+least|at\s+most|exactly)\b", "Write `{how} 3 times`, without `for`."),
    (r"(?P<n>\d+)\s+times?\b", "Write `at least {n} times` or `exactly {n} times`."),
    (r"\b(done|did|performed)\s+\w+", "Write the event in quotes: `did 'Project Created'`."),
    (r"(?<!&)&(?!&)|;", "Write `and`."),
    (r"(?<!\|)\|(?!\|)", "Write `or`."),
    (r"!", "Write `not`."),
)
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), form) for pattern, form in _FORMS)
_NEAR = 60


def advice(text: str, position: int) -> str | None:
    """Return the right form of the words around a position; None where none is known."""
    begins, ends = max(0, position - _NEAR), position + _NEAR
    window, place = text[begins:ends], position - begins
    for pattern, form in _COMPILED:
        for found in pattern.finditer(window):
            if found.start() <= place < max(found.end(), found.start() + 1) or place == found.end():
                return form.format(
                    **{name: " ".join((words or "").split()) for name, words in found.groupdict().items()}
                )
    return None
