"""What holds for every recognizer: a budget, and speed-ups that lose nothing."""

from __future__ import annotations

from importlib.resources import files
from time import thread_time

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from rag import settings as settings_module
from rag.errors import RedactionError
from rag.redact import patterns
from rag.redact.analysis import WINDOW, sealed
from rag.redact.patterns import Identifier
from rag.redact.recognizers import BUILT_IN, sources
from rag.redact.recognizers.demographic import NO_GROUP, is_group
from rag.redact.recognizers.iban import IBAN_START

# Seconds of processor time a recognizer gets here for a window that was made to be slow: several
# times what the slowest needs, and less than its budget.
_ENOUGH = 4.0

_PIECES = {
    "digits": "1",
    "zeros": "0",
    "spaces": " ",
    "letters": "a",
    "capitals": "A",
    "accents": "é",
    "lines": "\n",
    "windows lines": "\r\n",
    "tabs": "\t",
    "hyphens": "-",
    "stops": ".",
    "colons": ":",
    "apostrophes": "'",
    "underscores": "_",
    "brackets": "(",
    "slashes": "/",
    "blanks": "\ue000",
    "mail": "a@",
    "spaced digits": "1 ",
    "hyphened digits": "1-",
    "dotted digits": "1.",
    "thousands": "111,",
    "fractions": "12/",
    "hosts": "ab.",
    "links": "http://",
    "initials": "A. ",
    "glued initials": "A.",
    "names": "Ab ",
    "broken names": "Ab\n",
    "apostrophe names": "O'A",
    "hyphened letters": "a-",
    "health names": "A^",
    "titles": "Mr ",
    "titled": "Mr Ab ",
    "particles": "de la ",
    "parties": "Ab v. ",
    "nationals": "nationals, Ab ",
    "letters and words": "a b ",
    "record labels": "MRN: ",
    "name labels": "Name: ",
    "account labels": "account no ",
    "number labels": "no. ",
    "dates": "1 May, ",
    "months": "May ",
    "years": "2000, ",
    "birth": "born in A ",
    "admission": "admitted to A ",
    "numbers": "twenty-one ",
    "percent": "1% ",
    "dollars": "$1",
    "euros": "1 EUR [approx. ",
    "ranges": "1 and ",
    "hexadecimal": "f:1",
    "iban": "GB82 ",
    "phone": "+1 ",
    "open phone": "(1",
    "flats": "12 Ab Apt. 1, ",
    "streets": "12 Ab Cd 12 ",
    "work": "works ",
    "as": "as ",
    "signs": "aA1 .-/@:",
}
_BEGUN = {
    "plots": "plots nos. 1" + ", 1" * (WINDOW // 3),
    "corner": "corner of A" + " A" * (WINDOW // 2),
    "lives": "lives at 1" + " Ab" * (WINDOW // 3),
    "born": "born in A" + " A" * (WINDOW // 2),
    "in years": "in 2000" + ", 2000" * (WINDOW // 6),
    "a name without end": "Mr A" + " A" * (WINDOW // 2),
}
_TEXTS = {name: (piece * WINDOW)[:WINDOW] for name, piece in _PIECES.items()} | _BEGUN


def _recognizers(name):
    return [sealed(one) for one in sources(())[name].load()()]


@pytest.mark.slow
@pytest.mark.parametrize("name", BUILT_IN)
def test_no_text_makes_it_slow(name):
    for recognizer in _recognizers(name):
        for kind, text in _TEXTS.items():
            begin = thread_time()
            recognizer.analyze(text, recognizer.supported_entities, None)
            assert thread_time() - begin < _ENOUGH, (recognizer.name, kind)


@pytest.mark.parametrize("pattern", [r"(?:a|aa)+$", r"a"])
def test_what_uses_up_its_budget_fails_closed(monkeypatch, redactor, pattern):
    """The pattern that never ends, and the one whose matches take long to look at."""
    monkeypatch.setattr(patterns, "TIME_BUDGET", 0.05)

    def slow(value: str) -> float:
        begin = thread_time()
        while thread_time() - begin < 0.01:
            pass
        return 1.0

    shape = patterns.Shape(pattern=pattern, rating=slow)
    with pytest.raises(TimeoutError):
        Identifier("SLOW", shape).analyze("a" * 60 + "b", ["SLOW"])


def test_a_budget_used_up_anywhere_fails_the_text(monkeypatch, redactor):
    analysis = redactor.warm()
    monkeypatch.setattr(patterns, "TIME_BUDGET", 0.0)
    with pytest.raises(RedactionError, match="TimeoutError"):
        analysis.find("MRN 00482913, card 4111 1111 1111 1111, born 3 May 1961. " * 200)


def _hinted():
    """Every shape that is skipped where its hint is not found, with both patterns."""
    return [
        (recognizer.kind, shape.pattern[:40], compiled, hint)
        for name in BUILT_IN
        for recognizer in _recognizers(name)
        if isinstance(recognizer, Identifier)
        for shape, compiled, hint in recognizer.shapes
        if hint is not None
    ]


_HINTED = _hinted()


def _agrees(compiled: regex.Pattern[str], hint: regex.Pattern[str], text: str) -> bool:
    """Say whether the hint is there wherever the shape finds something."""
    return hint.search(text) is not None or compiled.search(text) is None


def _corpora():
    corpora = files("eval.corpora")
    texts = [
        entry.read_text(encoding="utf-8")
        for folder in ("bank", "clinic", "lawfirm")
        for entry in sorted((corpora / folder).iterdir(), key=lambda one: one.name)
        if entry.name.endswith((".txt", ".jsonl", ".md", ".toml"))
    ]
    assert len(texts) > 3
    return texts


def test_hints_lose_nothing_in_the_corpora():
    assert len(_HINTED) > 10
    lines = [line for text in _corpora() for line in text.splitlines() if line.strip()]
    for kind, name, compiled, hint in _HINTED:
        for line in lines:
            assert _agrees(compiled, hint, line), (kind, name)


@pytest.mark.slow
def test_hints_lose_nothing_in_further_texts():
    """Every text of the folder that RINGFENCE_TEST_DATA names, in pieces of a few lines."""
    folder = settings_module.test_data()
    if folder is None:
        pytest.skip("no folder named by RINGFENCE_TEST_DATA")
    pieces = {piece for text in _texts_below(folder) for piece in _PIECE.findall(text)}
    assert len(pieces) > 1_000
    text = "\n\n".join(sorted(pieces))
    for kind, name, compiled, hint in _HINTED:
        for match in compiled.finditer(text):
            around = text[max(0, match.start() - _NEAR) : match.end() + _NEAR]
            assert hint.search(around), (kind, name)


# A shape may look ahead or behind; no window that is read is narrower than this around a match.
_NEAR = 100
_ESCAPED = regex.compile(r"\\u([\da-f]{4})", regex.IGNORECASE)
_PIECE = regex.compile(r"(?s).{1,4000}")


def _texts_below(folder):
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".txt", ".json", ".jsonl", ".csv", ".xml", ".eml", ".hl7", ".yml"}:
            text = path.read_text(encoding="utf-8", errors="replace")
            yield _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text).replace("\\n", "\n")


_ALPHABET = st.sampled_from(
    [
        "12", "7", "3 4", "AB", "JK", "x", "a", "D", " ", " ", "\n", "-", ".", ",", ":", "::", "/",
        "@", "(", ")", "[at]", "(dot)", "http://", "www.", "old", " years old", "-year-old", "y/o",
        " months", " of age", "ten", "sixty", "Apt. 4", "\nSuite 9", "Flat", "Main", "Elm ", "12 ",
        "Town", "France", "by profession", "by trade", "accountant ", " v. ", "Smith", "Jones",
        "Jane", ' ("the applicant")', ' ("the borrower")', "plots nos. ", "parcel no. ", "45",
        "fe80", "123456", "AB 12 34 56 C", "AB123456C", "(fax)", "020 7946 0118", "ward3",
    ]
)  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(st.lists(_ALPHABET, max_size=14).map("".join))
def test_hints_lose_nothing_in_made_up_text(text):
    for kind, name, compiled, hint in _HINTED:
        assert _agrees(compiled, hint, text), (kind, name)


# Patterns that were turned round to be fast, as they were before: what they match, and in which
# of the recognizers' kinds the fast one stands.
_PLAIN = {
    "US_DEA_NUMBER": r"(?<![^\W_])[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}(?![^\W_])",
    "LEI": r"(?<![^\W_])[A-Z\d]{18}\d\d(?![^\W_])",
}
_FAST = {
    recognizer.kind: recognizer.shapes[0][1]
    for name in ("provider", "company")
    for recognizer in _recognizers(name)
    if isinstance(recognizer, Identifier) and recognizer.kind in _PLAIN
}
_CODES = st.lists(
    st.sampled_from(
        [
            *("AB", "b9", "1234567", "12", "3", " ", "-", "_", ".", "529900T8BM49AURSDO", "55"),
            *("GB", "gb", "82", "82 ", " WEST", "1234", "é", "IBAN"),
        ]
    ),
    max_size=9,
).map("".join)


@settings(max_examples=400, deadline=None)
@given(_CODES)
def test_turned_round_patterns_find_the_same(text):
    assert _FAST.keys() == _PLAIN.keys()
    for kind, plain in _PLAIN.items():
        before = [one.span() for one in regex.finditer(plain, text, regex.IGNORECASE)]
        assert [one.span("value") for one in _FAST[kind].finditer(text)] == before, kind


_IBAN_BEFORE = regex.compile(
    r"(?:(?<![^\W_])|(?P<glued>(?<=(?<![^\W_])IBAN)))[A-Z]{2}[ ]?\d\d(?=[ -]?[A-Z\d])",
    regex.IGNORECASE,
)


@settings(max_examples=400, deadline=None)
@given(_CODES)
def test_ibans_begin_where_they_did(text):
    before = [(one.start(), one["glued"] is None) for one in _IBAN_BEFORE.finditer(text)]
    now = [(one.start("begin"), one["glued"] is None) for one in IBAN_START.finditer(text)]
    assert now == before


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *("Turkish", "turkish", "polish", "Polish", "jews", "TATAR", "Irish", "English"),
                *("the", " ", "-", ",", "_", "1", " law", " national", "s", "\n", "Roma"),
            ]
        ),
        max_size=12,
    ).map("".join)
)
def test_groups_are_those_that_a_look_at_each_word_finds(text):
    [groups] = [one for one in _recognizers("demographic") if not isinstance(one, Identifier)]
    found = [(one.start, one.end) for one in groups.analyze(text, ["DEMOGRAPHIC"])]
    words = regex.finditer(r"(?<![^\W_])[^\W\d_]+(?![^\W_])", text)
    each = [one.span() for one in words if is_group(one[0]) and not NO_GROUP.match(text, one.end())]
    assert found == each
