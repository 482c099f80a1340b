from __future__ import annotations

import pytest

from connectors.formats.dated import dated_by_mail, dated_by_pdf


@pytest.mark.parametrize(
    ("header", "day"),
    [
        ("Fri, 31 May 2024 23:30:00 +0200", "2024-05-31"),
        ("31 May 2024 23:30 -0800", "2024-05-31"),
        ("Fri, 31 May 2024 23:30:00 GMT (a comment)", "2024-05-31"),
        ("Fri, 31 Feb 2024 10:00:00 +0000", None),
        ("last Friday", None),
        ("", None),
    ],
)
def test_the_day_of_a_mail(header, day):
    assert dict(dated_by_mail(header)) == ({"dated": day} if day else {})


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        (("D:20240531120000+01'00'", "D:20200101"), "2024-05-31"),
        (("", "D:20200102"), "2020-01-02"),
        (("D:00000000", "20200102"), "2020-01-02"),
        (("D:2024",), "2024"),
        (("D:202405",), "2024"),
        (("today", ""), None),
        ((), None),
    ],
)
def test_the_day_of_a_pdf(stated, day):
    assert dict(dated_by_pdf(*stated)) == ({"dated": day} if day else {})
