from __future__ import annotations

from eval.marks import Mark, What, cut
from rag.records import Acl, RedactedDocument, Redaction
from rag.redact.mint import stored
from rag.redact.policy import Action, Policy, Reason, Rule
from rag.redact.report import Left, RedactionReport

TEXT = "Mrs [PERSON] came on [DATE=2025] for 10 days."
POLICY = Policy(name="p", version="1", default=Rule(action=Action.MASK), rules={})


def redaction(kind, token, score=0.85):
    start = TEXT.index(token)
    return Redaction(
        kind=kind,
        start=start,
        end=start + len(token),
        source_start=0,
        source_end=1,
        score=score,
    )


def left(kind, words, reason=Reason.KEPT):
    start = TEXT.index(words)
    return Left(kind=kind, start=start, end=start + len(words), score=0.6, reason=reason)


def report(*lefts):
    document = RedactedDocument(
        id="doc_1",
        tenant="main",
        source="folder",
        version="v1",
        name=stored("a.txt"),
        title=stored("A"),
        text=stored(TEXT),
        media_type="text/plain",
        elements=(),
        redactions=(redaction("PERSON", "[PERSON]"), redaction("DATE", "[DATE=2025]")),
        acl=Acl(),
    )
    return RedactionReport(document=document, left=lefts, policy=POLICY)


def pieces(marks):
    return [(mark.what.value, mark.text) for mark in marks]


def test_a_text_is_cut_into_what_is_plain_replaced_and_left():
    marks = list(cut(report(left("PERSON_TITLE", "Mrs"), left("DURATION", "10 days")), (), 999))
    assert pieces(marks) == [
        ("left", "Mrs"),
        ("plain", " "),
        ("replaced", "[PERSON]"),
        ("plain", " came on "),
        ("replaced", "[DATE=2025]"),
        ("plain", " for "),
        ("left", "10 days"),
        ("plain", "."),
    ]
    assert (marks[2].group, marks[2].note, marks[2].value) == ("names", "PERSON, score 0.85", "")
    assert marks[6].note == "DURATION, score 0.60: kept by policy"


def test_the_pieces_make_up_the_text_whatever_was_found_on_top_of_each_other():
    overlapping = (left("DURATION", "10 days"), left("AMOUNT", "10"), left("DATE", "days."))
    marks = list(cut(report(*overlapping), (), len(TEXT)))
    assert "".join(mark.text for mark in marks) == TEXT


def test_values_stand_at_their_redactions():
    marks = list(cut(report(), ("Okafor", "3 March 2025"), 999))
    shown = [mark.value for mark in marks if mark.what is What.REPLACED]
    assert shown == ["Okafor", "3 March 2025"]
    assert "Okafor" not in repr(marks)


def test_of_a_long_text_the_beginning_is_cut_and_no_token_in_two():
    inside = TEXT.index("[PERSON]") + 3
    assert pieces(cut(report(), (), inside)) == [("plain", "Mrs "), ("replaced", "[PERSON]")]
    before = TEXT.index("[DATE") - 3
    assert "".join(m.text for m in cut(report(), (), before)) == TEXT[:before]
    assert list(cut(report(), (), 0)) == []


def test_a_plain_text_is_one_piece():
    bare = RedactionReport(
        document=RedactedDocument(
            id="doc_1",
            tenant="main",
            source="folder",
            version="v1",
            name=stored("a.txt"),
            title=stored("A"),
            text=stored("Nothing here."),
            media_type="text/plain",
            elements=(),
            redactions=(),
            acl=Acl(),
        ),
        left=(),
        policy=POLICY,
    )
    assert list(cut(bare, (), 99)) == [Mark(what=What.PLAIN, text="Nothing here.")]
