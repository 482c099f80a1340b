"""The demo shows what it promises."""

from __future__ import annotations

import re

import pytest


@pytest.mark.slow
def test_the_demo_shows_the_whole_way(ringfence):
    shown = ringfence("demo")
    assert shown.code == 0, shown.err
    verdicts = re.findall(r"^(grounded|partial|abstained|refused)$", shown.out, re.MULTILINE)
    assert sorted(verdicts) == ["abstained", *["grounded"] * 5, "refused"]
    for right in ("25 mg/kg", "18 per cent", "2.65%", "4 percentage points", "214 micromol/L"):
        assert right in shown.out
    assert shown.out.count("indexed (") == 3
    assert "EMAIL_ADDRESS" in shown.out
    assert re.search(r"seconds: fetch .* redact .* embed .* total", shown.out)
    assert re.search(r"read as: .* of Mrs \[PERSON:\w{8}\]", shown.out)
    assert re.search(r"that hold “Adeyinka”: 0 of 48$", shown.out, re.MULTILINE)
    assert shown.out.rstrip().endswith("ringfence serve")
    assert "0 indexed" in ringfence("demo").out


def test_the_demo_does_not_touch_an_installation_of_somebody(ringfence):
    ringfence("init")
    refused = ringfence("demo")
    assert refused.code == 2
    assert "not a demo installation" in refused.err
