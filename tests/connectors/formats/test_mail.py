"""Mail with attachments."""

from email.message import EmailMessage

import pytest

from connectors.formats.mail import MOST_ATTACHMENTS, MailParser
from connectors.formats.registry import Formats, default_formats
from connectors.formats.table import TableParser
from connectors.formats.text import TextParser
from rag.errors import SkipDocument
from rag.records import ElementKind
from rag.testing.parser_contract import ParserContract, Sample


def mail(
    body: str = "The refrigerator failed.", subject: str = "Decisions – stock"
) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "Birgül Yıldırım <b@example.org>"
    message["To"] = "rutger@example.org"
    message["Date"] = "Mon, 19 May 2025 11:42:00 +0100"
    message.set_content(body)
    return message


def with_table() -> bytes:
    message = mail()
    message.add_attachment(
        b"Time,Value\n02:40,9.8\n", maintype="text", subtype="csv", filename="log.csv"
    )
    return message.as_bytes()


def html_only() -> bytes:
    message = EmailMessage()
    message["Subject"] = "Page"
    message.set_content("<h1>News</h1><p>Words of the page.</p>", subtype="html")
    return message.as_bytes()


class TestMailParser(ParserContract):
    samples = (
        Sample(name="a.eml", data=with_table(), words="Time: 02:40 | Value: 9.8"),
        Sample(name="b.eml", data=html_only(), words="Words of the page."),
    )

    @pytest.fixture
    def parser(self):
        return MailParser(attachments=Formats([TextParser(), TableParser()]))


def parse(data: bytes):
    return default_formats().parse(data, "mail-7.eml")


def text_of(message: EmailMessage) -> str:
    return parse(message.as_bytes()).text


def test_headers_body_and_attachments_in_this_order():
    parsed = parse(with_table())
    assert [element.kind for element in parsed.elements] == [
        ElementKind.HEADER,
        ElementKind.TEXT,
        ElementKind.TITLE,
        ElementKind.TABLE,
    ]
    assert parsed.text == (
        "Subject: Decisions – stock\nFrom: Birgül Yıldırım <b@example.org>\n"
        "To: rutger@example.org\nDate: Mon, 19 May 2025 11:42:00 +0100\n\n"
        "The refrigerator failed.\n\nAttachment: log.csv\n\nTime: 02:40 | Value: 9.8"
    )
    assert parsed.title == "Decisions – stock"


def test_plain_text_is_preferred_to_html():
    message = mail("plain words")
    message.add_alternative("<p>marked words</p>", subtype="html")
    assert "plain words" in text_of(message)
    assert "marked words" not in text_of(message)


def test_html_is_read_where_the_plain_part_is_empty():
    message = mail(" \n")
    message.add_alternative("<p>marked words</p>", subtype="html")
    assert "marked words" in text_of(message)


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-15", "cp1252", "koi8-r"])
def test_charsets_of_the_body_are_obeyed(charset):
    body = "Привет" if charset == "koi8-r" else "Größe 5"
    message = EmailMessage()
    message["Subject"] = "x"
    message.set_content(body, charset=charset, cte="base64")
    assert body in text_of(message)


def test_an_enclosed_message_is_read_under_its_subject():
    outer = mail("See below.")
    outer.add_attachment(mail("Inner words.", "Inner subject"))
    parsed = parse(outer.as_bytes())
    assert "Attachment: Inner subject" in parsed.text
    assert "Inner words." in parsed.text


def test_an_attached_mail_file_is_read():
    outer = mail("See below.")
    outer.add_attachment(
        mail("Inner words.").as_bytes(),
        maintype="application",
        subtype="octet-stream",
        filename="old.eml",
    )
    assert "Inner words." in text_of(outer)


def test_messages_within_messages_go_only_so_deep():
    message = mail("level 0")
    for level in range(1, 6):
        outer = mail(f"level {level}", f"mail {level}")
        outer.add_attachment(message)
        message = outer
    text = text_of(message)
    assert "level 3" in text
    assert "level 1" not in text
    assert "This attachment is not read: messages within messages go too deep." in text


def test_the_number_of_attachments_is_limited():
    message = mail()
    for number in range(MOST_ATTACHMENTS + 3):
        message.add_attachment(f"text {number}", filename=f"{number}.txt")
    text = text_of(message)
    assert f"text {MOST_ATTACHMENTS - 1}\n" in text
    assert f"text {MOST_ATTACHMENTS}" not in text
    assert text.endswith("3 more attachments are not read.")


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n", "logo.png", "no parser for .png"),
        (b"%PDF-1.7 garbage", "a.pdf", "the PDF is damaged"),
        (b"\xff" * 99, "a.txt", "text encoding not recognised"),
        (b"", "a.txt", "holds no text"),
    ],
)
def test_an_attachment_that_cannot_be_read_is_mentioned(data, name, reason):
    message = mail()
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    text = text_of(message)
    assert f"Attachment: {name}\n\nThis attachment is not read: {reason}." in text
    assert "The refrigerator failed." in text


def test_an_attachment_without_a_telling_name_is_read_by_its_type():
    message = mail()
    message.add_attachment(b"A,B\n1,2\n", maintype="text", subtype="csv", filename="export")
    assert "A: 1 | B: 2" in text_of(message)


def test_an_encrypted_part_is_mentioned_and_a_signature_is_not():
    message = mail()
    message.add_attachment(b"x", maintype="application", subtype="pkcs7-mime", filename="smime.p7m")
    message.add_attachment(b"x", maintype="application", subtype="pgp-signature", filename="s.asc")
    text = text_of(message)
    assert "A part of this message is encrypted: it is not read." in text
    assert "s.asc" not in text


def test_a_folder_in_an_attachments_name_is_dropped():
    message = mail()
    message.add_attachment("words", filename="../../etc/notes.txt")
    assert "Attachment: notes.txt" in text_of(message)


def test_a_body_that_cannot_be_decoded_is_mentioned():
    data = b"Subject: x\nContent-Type: text/plain; charset=utf-8\n\n" + b"\x81\xfe\xfd" * 30
    assert "A part of this message is not read: text encoding not recognised." in parse(data).text


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (b"=?utf-8?q?Gr=C3=B6=C3=9Fe?=", "Größe"),
        (b"=?no-such?q?x?=", "=?no-such?q?x?="),
        ("Größe".encode(), "Größe"),
        (b"folded\n line", "folded line"),
    ],
)
def test_subjects_are_decoded_or_left(raw, subject):
    assert parse(b"Subject: " + raw + b"\n\nbody").title == subject


def test_without_a_subject_the_files_name_is_the_title():
    assert parse(b"From: a@example.org\n\nbody").title == "mail 7"


def test_a_mail_in_utf_16_is_read():
    data = "Subject: wide\n\nWide words.".encode("utf-16")
    assert "Wide words." in parse(data).text


@pytest.mark.parametrize("data", [b"no headers at all", b"\x00\x01\x02" * 50])
def test_what_is_no_mail_is_skipped(data):
    with pytest.raises(SkipDocument, match="no headers"):
        parse(data)
