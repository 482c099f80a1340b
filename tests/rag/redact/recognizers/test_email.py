"""The table of e-mail addresses: what is found, what only looks alike."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "write to jane.o'hara+x@clinic.example.org.",
            [("EMAIL_ADDRESS", "jane.o'hara+x@clinic.example.org")],
        ),
        ("ward3@clinic.local", [("EMAIL_ADDRESS", "ward3@clinic.local")]),
        ("<mailto:JANE_DOE@EXAMPLE.COM>", [("EMAIL_ADDRESS", "JANE_DOE@EXAMPLE.COM")]),
        ("josé@españa.example", [("EMAIL_ADDRESS", "josé@españa.example")]),
        ("jane (at) example (dot) org", [("EMAIL_ADDRESS", "jane (at) example (dot) org")]),
        ("jane.doe@\nclinic.example", [("EMAIL_ADDRESS", "jane.doe@\nclinic.example")]),
        ("jane.doe@exam-\r\n  ple.com", [("EMAIL_ADDRESS", "jane.doe@exam-\r\n  ple.com")]),
        ("jane@\nThen we left", []),
        ("three @ five dollars", []),
        ("@handle", []),
        ("jane@", []),
    ],
)
def test_finds_email_and_no_near_miss(found, text, expected):
    assert found(text) == expected
