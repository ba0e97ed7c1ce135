from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.clock import DAY
from graph.journey.definitions.definition import Objective
from graph.journey.reports.charts import completion_curves, funnel
from graph.journey.reports.metrics import measure
from graph.journey.reports.svg import _DARK, _LIGHT, Drawing, shortened
from graph.journey.reports.visits import Visit
from tests.graph.journey.stays import KEYS, STAGE, START, histories, visit

SVG = "{http://www.w3.org/2000/svg}"
NOW = START + 100 * DAY
VISITS = [
    visit("a", {"project": 24, "invite": None}, stays=10),
    visit("b", {"project": 48}, stays=10, outcome="EXITED"),
    visit("c", {"project": 48}, applicable=("project",)),
    visit("d"),
]


def read(svg: str) -> ET.Element:
    root = ET.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    return root


def words(root: ET.Element) -> list[str]:
    return [each.text or (each[0].tail or "") for each in root.iter(f"{SVG}text")]


def widths(root: ET.Element, style: str) -> list[float]:
    return [
        float(each.get("width", "")) for each in root.iter(f"{SVG}rect") if (each.get("class") or "").startswith(style)
    ]


def test_a_funnel_shows_each_number_with_what_it_is_of():
    root = read(funnel(STAGE, measure(STAGE, VISITS)))
    assert words(root) == [
        "Onboarding: from entry to completion",
        *("Entered", "2 inside at the end", "4"),
        *("Project", "median 48.0 hours, n 3", "3 of 4 (75%)"),
        *("Invite", "1 at entry", "1 of 3 (33%)"),
        *("Report", "0 of 3 (0%)"),
        *("Completed", "median 10.0 days, n 1", "1 of 2 that ended (50%)"),
    ]


def test_the_bars_of_a_funnel_have_one_scale():
    root = read(funnel(STAGE, measure(STAGE, VISITS)))
    assert widths(root, "mg-fill") == [330.0, 247.5, 82.5, 0.0, 82.5]
    assert widths(root, "mg-track") == [330.0, 330.0, 247.5, 247.5, 165.0]


def test_curves_step_up_where_the_share_does():
    root = read(completion_curves(STAGE, VISITS, NOW))
    lines = [each.get("points", "") for each in root.iter(f"{SVG}polyline") if "mg-curve" in (each.get("class") or "")]
    # Days 0 to 2 on 440 pixels from 60, shares on 300 upward from 360: a quarter at day 1, three quarters at day 2.
    assert lines[0] == "60.0,360.0 280.0,360.0 280.0,285.0 500.0,285.0 500.0,135.0 500.0,135.0"
    assert [each for each in words(root) if "of" in each] == ["75% of 4", "33% of 3", "0% of 3"]
    assert words(root)[-6::2] == ["Project", "Invite", "Report"]


@pytest.mark.parametrize("draw", ["funnel", "curves"])
def test_a_picture_says_what_it_shows_to_who_cannot_see_it(draw: str):
    root = read(funnel(STAGE, measure(STAGE, VISITS)) if draw == "funnel" else completion_curves(STAGE, VISITS, NOW))
    title, description = root[0], root[1]
    assert (root.get("role"), root.get("aria-label"), title.tag) == ("img", title.text, f"{SVG}title")
    assert description.tag == f"{SVG}desc"
    assert "Project: " in (description.text or "")


def test_no_data_gives_a_picture_that_says_so():
    assert "Nobody has entered Onboarding in this period." in words(read(funnel(STAGE, measure(STAGE, []))))
    assert "Nobody has entered Onboarding yet." in words(read(completion_curves(STAGE, [], NOW)))
    none = words(read(completion_curves(STAGE, [visit("a")], NOW)))
    assert "Nobody has completed an objective of Onboarding yet." in none
    bare = replace(STAGE, objectives=())
    assert "Nobody has completed an objective of Onboarding yet." in words(read(completion_curves(bare, VISITS, NOW)))
    assert words(read(funnel(bare, measure(bare, VISITS))))[-1] == "1 of 2 that ended (50%)"


@settings(deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_names_are_shown_as_they_are_whatever_they_hold(stage: str, objective: str):
    named = replace(STAGE, name=stage, objectives=(Objective("project", objective, criteria="a = 1"),))
    for svg in (
        funnel(named, measure(named, VISITS)),
        completion_curves(named, VISITS, NOW),
        funnel(named, measure(named, [])),
    ):
        root = read(svg)
        assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {
            *("svg", "title", "desc", "style", "rect", "text", "polyline"),
        }


def test_a_name_that_is_markup_stays_a_name():
    svg = str(Drawing(100, 100, "</title><script>alert(1)</script>\x00\"'&", "x"))
    assert "<script" not in svg
    assert read(svg)[0].text == "</title><script>alert(1)</script>\N{REPLACEMENT CHARACTER}\"'&"


def test_a_long_name_is_cut_and_shown_whole_on_pointing_at_it():
    long = "Completed a full week of usage with the whole team"
    named = replace(STAGE, objectives=(Objective("project", long, criteria="a = 1"),))
    root = read(funnel(named, measure(named, VISITS)))
    assert [each[0].text for each in root.iter(f"{SVG}text") if len(each)] == [long]
    assert (shortened("abcdef", 6), shortened("abcdefg", 6), shortened("abcd efg", 6)) == ("abcdef", "abcde…", "abcd…")


@settings(deadline=None)
@given(histories(), st.integers(70, 120))
def test_every_history_can_be_drawn_within_its_frame(visits: list[Visit], day: int):
    root = read(completion_curves(STAGE, visits, START + day * DAY))
    for each in root.iter(f"{SVG}polyline"):
        points = [tuple(map(float, one.split(","))) for one in each.get("points", "").split()]
        assert all(0 <= x <= 800 and 59.9 <= y <= 500 for x, y in points)
        if "mg-curve" in (each.get("class") or ""):
            assert all(x <= next_x and y >= next_y for (x, y), (next_x, next_y) in pairwise(points))
    assert all(0 <= each <= 330 for each in widths(read(funnel(STAGE, measure(STAGE, visits))), "mg-fill"))


def test_a_picture_of_very_many_is_small():
    many = [visit(f"o{n}", dict.fromkeys(KEYS, n / 50), stays=90) for n in range(20_000)]
    assert len(completion_curves(STAGE, many, NOW)) < 60_000


@pytest.mark.parametrize(("ground", "colours"), [("#ffffff", _LIGHT), ("#14181e", _DARK)])
def test_every_colour_can_be_read_on_its_ground(ground: str, colours: tuple[str, ...]):
    # WCAG 2.2: 4.5 to 1 for text, 3 to 1 for lines and bars; here all have the greater.
    assert len(set(colours)) == 8
    for each in colours:
        light, dark = sorted((_luminance(each), _luminance(ground)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, each


def test_there_are_rules_for_light_and_for_dark():
    style = next(read(funnel(STAGE, measure(STAGE, VISITS))).iter(f"{SVG}style")).text or ""
    light, dark = style.split("@media (prefers-color-scheme:dark)")
    for name in (
        "ground",
        "ink",
        "muted",
        "grid",
        "track",
        *(f"fill{n}" for n in range(8)),
        *(f"line{n}" for n in range(8)),
    ):
        assert f".mg-{name}{{" in light
        assert f".mg-{name}{{" in dark
    assert style.count("{") == style.count("}")


def _luminance(colour: str) -> float:
    shares = [int(each, 16) / 255 for each in re.findall("..", colour[1:])]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
