"""Which parser reads what, and how damage shows."""

import subprocess
import sys
from zipfile import BadZipFile

import pytest

from connectors.formats.damage import damage_skips
from connectors.formats.registry import Formats, default_formats
from connectors.formats.text import TextParser
from rag.errors import ConfigurationError, SkipDocument
from rag.records import Parsed
from rag.testing.parser_contract import ParserContract, Sample


class Failing:
    def __init__(self, error: Exception) -> None:
        self._error = error

    suffixes = frozenset({".bad"})

    def parse(self, _data: bytes, _name: str) -> Parsed:
        raise self._error


class TestDefaultFormats(ParserContract):
    """All built-in parsers behind the one that chooses, on every hostile document."""

    samples = (Sample(name="A.TXT", data=b"Some words.", words="Some words."),)

    @pytest.fixture
    def parser(self):
        return default_formats()


def test_every_format_of_the_sample_corpora_is_read():
    assert default_formats().suffixes == {
        *(".csv", ".docx", ".eml", ".hl7", ".htm", ".html", ".json", ".log", ".md", ".pdf"),
        *(".tsv", ".txt"),
    }


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("a.xyz", r"\.xyz"),
        ("README", "files without an ending"),
        ("a.pdf.bak", r"\.bak"),
        ("film.MP4", r"\.mp4"),
        ("old.x1234", r"\.x1234"),
        ("ssn.536-22-9187", "its ending"),
        ("ssn.536229187", "its ending"),
        ("mrn.m00482913", "its ending"),
        ("mrn.m12345", "its ending"),
        ("j.doe@example", r"its ending"),
        ("letter.to jane doe", "its ending"),
        ("letter.featherstone", "its ending"),
        ("brief.müller", "its ending"),
    ],
)
def test_an_unknown_ending_is_skipped(name, suffix):
    with pytest.raises(SkipDocument, match=f"^no parser for {suffix}$"):
        default_formats().parse(b"x", name)


def test_json_that_is_no_fhir_is_skipped():
    with pytest.raises(SkipDocument, match="no FHIR resource"):
        default_formats().parse(b'{"a": 1}', "a.json")


@pytest.mark.parametrize("data", [b"", b" \n"])
def test_an_empty_file_is_skipped_by_any_parser(data):
    with pytest.raises(SkipDocument, match="^holds no text$"):
        default_formats().parse(data, "a.pdf")


@pytest.mark.parametrize(
    "error",
    [
        KeyError("secret"),
        ValueError("secret"),
        BadZipFile("secret"),
        RecursionError("secret"),
        SyntaxError("secret"),
        UnicodeDecodeError("utf-8", b"secret", 0, 1, "secret"),
    ],
)
def test_what_a_library_raises_is_told_by_kind_alone(error):
    with pytest.raises(SkipDocument) as raised:
        Formats([Failing(error)]).parse(b"x", "a.bad")
    assert type(error).__name__ in str(raised.value)
    assert "secret" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


@pytest.mark.parametrize("error", [SkipDocument("own reason"), ConfigurationError("own reason")])
def test_our_own_errors_pass(error):
    with pytest.raises(type(error), match="own reason"):
        Formats([Failing(error)]).parse(b"x", "a.bad")


def test_the_errors_of_every_library_below_are_damage():
    import docx.exceptions
    import docx.opc.exceptions
    import hl7
    from lxml import etree
    from pypdfium2 import PdfiumError

    for error in (
        docx.exceptions.InvalidXmlError,
        docx.opc.exceptions.PackageNotFoundError,
        hl7.MalformedSegmentException,
        etree.ParserError,
        etree.XPathEvalError,
        PdfiumError,
    ):
        with pytest.raises(SkipDocument, match=error.__name__), damage_skips():
            raise error("secret")


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, SystemExit])
def test_what_is_not_the_documents_fault_is_not_damage(error):
    with pytest.raises(error), damage_skips():
        raise error


def test_a_later_parser_takes_an_ending_over():
    class Mine(TextParser):
        def parse(self, _data: bytes, _name: str) -> Parsed:
            raise SkipDocument("mine")

    with pytest.raises(SkipDocument, match="^mine$"):
        Formats([TextParser(), Mine()]).parse(b"x", "a.txt")


def test_building_all_parsers_loads_no_heavy_library():
    code = (
        "import sys; from connectors.formats.registry import default_formats; default_formats();"
        "heavy = {'unstructured', 'spacy', 'pypdfium2', 'lxml', 'hl7', 'docx', 'numpy'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
