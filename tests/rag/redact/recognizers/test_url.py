"""The table of web addresses: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://example.org/a?b=1.", [("URL", "https://example.org/a?b=1")]),
        ("www.doctor.example", [("URL", "www.doctor.example")]),
        ("healthyway.sympatico.ca", [("URL", "healthyway.sympatico.ca")]),
        ("(http://x.example/jane)", [("URL", "http://x.example/jane")]),
        ("end of sentence.It goes on", []),
        ("e.g. this", []),
        ("report.docx", []),
        ("3.5.de", []),
    ],
)
def test_finds_url_and_no_near_miss(found, text, expected):
    assert found(text) == expected
