"""The filters of `ringfence ask` and `ringfence search`; what they leave out: `test_sources`."""

from __future__ import annotations

import pytest

from pipelines.cli_search import narrowing
from rag.errors import ConfigurationError
from rag.records import Narrowing


def test_options_become_what_a_search_is_narrowed_by():
    made = narrowing(["wards", "bank"], ["text/csv"], None, "2024-05-31", "2024-06-01")
    assert made == Narrowing(
        sources=frozenset({"wards", "bank"}),
        kinds=frozenset({"text/csv"}),
        since=20240531,
        until=20240601,
    )
    assert narrowing(None, None, None, None, None) == Narrowing()


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--since", "Quillfeather"], "`--since`"),
        (["--until", "2024-02-30"], "`--until`: Write a day that there is"),
        (["--tag", ""], "`--tag`"),
        (["--source", "Quillfeather" * 20], "`--source`"),
        (["--kind", "a\x00"], "`--kind`: The name holds a control character"),
        (["--since", "2024-06-01", "--until", "2024-05-31"], "The first day is after the last"),
    ],
)
def test_a_wrong_filter_is_said_before_anything_is_opened(ringfence, command, options, says):
    outcome = ringfence(command, "Where?", "--as", "nobody", *options)
    assert outcome.code == 2
    assert says in outcome.err
    assert "Quillfeather" not in outcome.err
    assert outcome.out == ""


def test_no_more_names_than_may_be_sent_to_the_service():
    with pytest.raises(ConfigurationError, match="--source"):
        narrowing(["a"] * 51, None, None, None, None)
