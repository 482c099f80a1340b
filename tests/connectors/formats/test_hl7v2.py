"""HL7 v2 messages."""

import pytest

from connectors.formats.hl7_fields import Separators, written
from connectors.formats.hl7v2 import Hl7Parser
from rag.errors import SkipDocument
from rag.testing.parser_contract import ParserContract, Sample

SEGMENTS = (
    "MSH|^~\\&|LAB|CLINIC|WARD|W3|20250608221900||ORU^R01^ORU_R01|77|P|2.5.1",
    "PID|1||00493380^^^CLINIC^MR~9990364826^^^NHS^NH||al-Khattabi^Yusuf^Idris^^Mr||19470322|M|||"
    "27 Tallow Lane^^Port Brannoc^^PB2 6QD^GB||02079460156^PRN^PH^y.k@example.net",
    "PV1|1|I|WARD3^BAY A^02||||1544032711^Achterberg^Maarten^^^Dr",
    "AL1|1|DA|^Iodinated contrast|SV|Urticaria",
    "DG1|1||I50.0^Heart failure^I10",
    "OBR|1|WO-1|LC-2|RENAL^Renal profile^L|||20250608221000",
    "OBX|1|NM|2823-3^Potassium^LN||5.9|mmol/L|3.5-5.1|H|||F|||20250608221800",
    "OBX|2|CE|600-7^Culture^LN||112283007^Escherichia coli^SCT||||||P",
    "OBX|3|ED|PDF^Report^L||^application^pdf^Base64^JVBERi0xLjQ=||||||F",
    "OBX|4|TX|N^Text^L||first\\.br\\second \\T\\ third~fourth||||||F",
    "NTE|1|L|The sample shows no haemolysis.",
    "RXE|1^^^20250608|6809^Metformin 500 mg^RX|1||TAB",
    "IN1|1|P1^Gold plan|NIC|National Insurance|1 High St^^Town|||G7||||20250101",
    "ZPI|custom^part||value",
)


def message(end: str = "\r") -> bytes:
    return (end.join(SEGMENTS) + end).encode()


class TestHl7Parser(ParserContract):
    samples = (Sample(name="a.hl7", data=message(), words="Observation: Potassium | Value: 5.9"),)

    @pytest.fixture
    def parser(self):
        return Hl7Parser()


def lines(data: bytes) -> list[str]:
    return Hl7Parser().parse(data, "a.hl7").text.splitlines()


@pytest.mark.parametrize(
    "line",
    [
        "Observation: Potassium | Value: 5.9 | Unit: mmol/L | Reference: 3.5-5.1 | Flag: H"
        " | Status: final | Observed: 2025-06-08 22:18",
        "Observation: Culture | Value: Escherichia coli | Status: preliminary",
        "Observation: Report | Value: an embedded document, which is not read | Status: final",
        "Observation: Text | Value: first second & third fourth | Status: final",
        "Note: The sample shows no haemolysis.",
        "Patient identifiers: MRN 00493380; NHS number 9990364826 | Patient: Mr Yusuf Idris"
        " al-Khattabi | Born: 1947-03-22 | Sex: male | Address: 27 Tallow Lane, Port Brannoc,"
        " PB2 6QD, GB | Home telephone: 02079460156 y.k@example.net",
        "Patient class: I | Location: WARD3 BAY A 02 | Attending doctor: Dr Maarten Achterberg,"
        " 1544032711",
        "Allergy type: DA | Allergen: Iodinated contrast | Severity: SV | Reaction: Urticaria",
        "Diagnosis: Heart failure",
        "Medication: Metformin 500 mg | Minimum amount: 1 | Unit: TAB",
        "ZPI 1: custom part | ZPI 3: value",
    ],
)
def test_a_segment_is_a_labelled_line(line):
    found = lines(message())
    assert any(line in each for each in found)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\r", "\n\r\n"])
def test_line_ends_do_not_matter(end):
    assert lines(message(end)) == lines(message())


def test_the_frame_of_a_transmission_does_not_matter():
    assert lines(b"\x0b" + message() + b"\x1c\r") == lines(message())


def test_a_line_that_begins_no_segment_continues_the_one_before():
    broken = message().replace(b"shows no haemolysis", b"shows\nno haemolysis")
    assert "Note: The sample shows no haemolysis." in lines(broken)


def test_several_messages_are_kept_apart():
    parsed = Hl7Parser().parse(b"FHS|^~\\&\rBHS|^~\\&\r" + message() * 2 + b"BTS|2\r", "a.hl7")
    assert parsed.text.count("Message 2") == 1
    assert parsed.text.count("Potassium") == 2


def test_other_separators_are_obeyed():
    data = b"MSH#*~\\&#LAB\rOBX#1#NM#1*Potassium*LN##5.9#mmol/L\r"
    assert any("Observation: Potassium | Value: 5.9" in line for line in lines(data))


@pytest.mark.parametrize("data", [b"PID|1||A", b"hello", b"MSH", b"{}"])
def test_what_is_no_message_is_skipped(data):
    with pytest.raises(SkipDocument):
        Hl7Parser().parse(data, "a.hl7")


@pytest.mark.parametrize(
    ("raw", "field", "text"),
    [
        ('""', "PID-7", ""),
        ("20250608", "OBR-7", "2025-06-08"),
        ("20250608221000.000+0100", "OBR-7", "2025-06-08 22:10"),
        ("not a time", "OBR-7", "not a time"),
        ("20250608", "PID-3", "20250608"),
        ("\\XC3A9\\", "NTE-3", "é"),
        ("\\H\\bold\\N\\", "NTE-3", "bold"),
        ("a\\F\\b\\S\\c\\R\\d\\E\\e", "NTE-3", "a|b^c~d\\e"),
        ("a\\Q\\b", "NTE-3", "a\\Q\\b"),
    ],
)
def test_fields(raw, field, text):
    separators = Separators.of("MSH|^~\\&|")
    assert written(raw, field, separators) == text
