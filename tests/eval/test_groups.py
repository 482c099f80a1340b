from __future__ import annotations

import re
from importlib.resources import files

from eval.groups import GROUPS, OTHER, group_of, grouped_kinds
from rag.redact.kinds import KINDS


def test_every_kind_was_put_into_a_group_on_purpose():
    assert grouped_kinds() == KINDS.keys()
    assert {group_of(kind) for kind in KINDS} == GROUPS.keys()


def test_a_plugins_kind_is_shown_too():
    assert group_of("LOCKER") == OTHER


def luminance(colour):
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_group_can_be_read_on_its_colour_and_on_white():
    page = (files("eval") / "templates" / "marked.html").read_text(encoding="utf-8")
    rule = r"mark\.(\w+) \{ background: (#\w{6}); color: (#\w{6}); border-color: (#\w{6}); \}"
    colours = {name: rest for name, *rest in re.findall(rule, page)}
    assert colours.keys() == GROUPS.keys()
    for background, ink, line in colours.values():
        assert contrast(background, ink) >= 7
        assert contrast("#ffffff", ink) >= 7  # what is left stands on white
        assert contrast("#ffffff", line) >= 3
