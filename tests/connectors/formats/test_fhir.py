"""FHIR resources and bundles."""

import base64
import json

import pytest

from connectors.formats.fhir import FhirParser
from rag.errors import SkipDocument
from rag.records import ElementKind
from rag.testing.parser_contract import ParserContract, Sample

PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "meta": {"profile": ["http://example.org/noise"]},
    "text": {"status": "generated", "div": "<div>noise</div>"},
    "identifier": [
        {"type": {"text": "MRN"}, "system": "urn:x", "value": "00479535"},
        {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1047291137"},
        {"system": "urn:ietf:rfc:3986", "value": "59a8543c-e24f-4a01-b28b-47ccde6bc11d"},
    ],
    "name": [{"use": "official", "family": "Morikawa", "given": ["Tadashi"], "prefix": ["Mr"]}],
    "telecom": [{"system": "phone", "value": "020 7946 0161", "use": "home"}],
    "birthDate": "1962-09-30",
    "address": [{"line": ["5 Ropewalk Terrace"], "city": "Port Brannoc", "country": "GB"}],
}
OBSERVATION = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "2823-3", "display": "Potassium"}]},
    "subject": {"reference": "Patient/p1", "display": "Tadashi"},
    "performer": [{"reference": "urn:uuid:59a8543c-e24f-4a01-b28b-47ccde6bc11d"}],
    "effectiveDateTime": "2025-05-26T09:20:00+01:00",
    "valueQuantity": {"value": 4.4, "unit": "mmol/L", "system": "http://unitsofmeasure.org"},
    "note": [{"text": "Taken before treatment."}],
}
MEDICATION = {
    "resourceType": "MedicationRequest",
    "medicationCodeableConcept": {"text": "Bisoprolol 2.5 mg"},
    "requester": {"reference": "Practitioner/d1"},
    "dosageInstruction": [{"text": "One tablet. Increase after two weeks."}],
}
DOCTOR = {
    "resourceType": "Practitioner",
    "id": "d1",
    "name": [{"text": "Dr. Adaeze Nwokocha"}],
    "qualification": [{"code": {"text": "Consultant cardiologist"}}],
}
PLAN = {
    "resourceType": "CarePlan",
    "title": "Self-care",
    "activity": [
        {"detail": {"status": "scheduled", "description": "Weigh daily."}},
        {"detail": {"status": "scheduled", "description": "Walk daily."}},
    ],
}


def bundle(*resources: dict) -> bytes:
    entries = [{"fullUrl": f"urn:x:{n}", "resource": r} for n, r in enumerate(resources)]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


WHOLE = bundle(PATIENT, OBSERVATION, MEDICATION, DOCTOR, PLAN)


class TestFhirParser(ParserContract):
    samples = (
        Sample(name="a.json", data=WHOLE, words="Observation: Potassium | Status: final"),
        Sample(name="b.json", data=json.dumps(PATIENT).encode(), words="Mr Tadashi Morikawa"),
    )

    @pytest.fixture
    def parser(self):
        return FhirParser()


def text_of(*resources: dict) -> str:
    return FhirParser().parse(bundle(*resources), "a.json").text


def test_a_resource_is_a_line_of_its_facts():
    assert text_of(PATIENT, OBSERVATION).splitlines()[-1] == (
        "Observation: Potassium | Status: final | Effective: 2025-05-26 09:20"
        " | Value: 4.4 mmol/L | Note: Taken before treatment."
    )


def test_a_patient_is_readable_and_without_bookkeeping():
    assert text_of(PATIENT) == (
        "Patient\n\nPatient: Mr Tadashi Morikawa | Identifier: MRN 00479535; NPI 1047291137"
        " | Contact: 020 7946 0161 | Born: 1962-09-30"
        " | Address: 5 Ropewalk Terrace, Port Brannoc, GB"
    )


def test_there_is_a_section_a_type():
    parsed = FhirParser().parse(bundle(OBSERVATION, PATIENT, OBSERVATION), "a.json")
    titles = [parsed.text[e.start : e.end] for e in parsed.elements if e.kind == ElementKind.TITLE]
    assert titles == ["Observation", "Patient"]


def test_references_are_told_by_name():
    assert "Requester: Dr. Adaeze Nwokocha" in text_of(DOCTOR, MEDICATION)
    assert "Requester" not in text_of(MEDICATION)


def test_of_several_patients_each_finding_says_whose_it_is():
    other = PATIENT | {"id": "p2"}
    assert "Subject: Tadashi" in text_of(PATIENT, other, OBSERVATION)
    assert "Subject" not in text_of(PATIENT, OBSERVATION)


def test_entries_of_a_list_stand_on_lines_of_their_own():
    assert text_of(PLAN).splitlines()[2:] == [
        "Care plan: Self-care",
        "Activity: Detail: Status: scheduled | Description: Weigh daily.",
        "Activity: Detail: Status: scheduled | Description: Walk daily.",
    ]


def test_nested_concepts_are_text_and_no_python():
    assert text_of(DOCTOR).endswith("Qualification: Code: Consultant cardiologist")


def test_an_unknown_resource_is_walked_too():
    strange = {
        "resourceType": "Strangeness",
        "oddField": {"deepField": [{"x": "yes"}, {"x": "no"}]},
        "flag": True,
        "period": {"start": "2025-01-01"},
        "range": {"low": {"value": 1}},
    }
    text = text_of(strange)
    assert "Odd field: Deep field: X: yes | Deep field: X: no" in text
    assert "Flag: yes" in text
    assert "Period: 2025-01-01" in text
    assert "Range: 1" in text


def test_embedded_plain_text_is_read_and_other_contents_are_named():
    note = base64.b64encode(b"The patient slept well.").decode()
    plain = {
        "resourceType": "DocumentReference",
        "content": [{"attachment": {"contentType": "text/plain", "data": note}}],
    }
    assert "The patient slept well." in text_of(plain)
    scan = {"resourceType": "Media", "content": {"contentType": "image/png", "data": "AAAA"}}
    assert text_of(scan).endswith("Content: embedded image/png, which is not read")


@pytest.mark.parametrize(
    "content",
    [
        {"name": "no resource"},
        [PATIENT],
        "text",
        None,
        {"resourceType": 5},
        {"resourceType": ""},
        {"resourceType": "not one"},
    ],
)
def test_other_json_is_skipped(content):
    with pytest.raises(SkipDocument, match="^JSON, but no FHIR resource$"):
        FhirParser().parse(json.dumps(content).encode(), "a.json")


def test_broken_json_is_skipped():
    with pytest.raises(SkipDocument, match="^no valid JSON$"):
        FhirParser().parse(WHOLE[:-5], "a.json")


@pytest.mark.parametrize(
    "entry", [None, 5, [], {}, [None], [{}], [{"resource": None}], [{"resource": {"a": 1}}]]
)
def test_an_odd_bundle_is_skipped(entry):
    content = {"resourceType": "Bundle", "entry": entry}
    with pytest.raises(SkipDocument, match="holds no text"):
        FhirParser().parse(json.dumps(content).encode(), "a.json")


def test_bundles_within_bundles_are_read_to_some_depth():
    inner = json.loads(bundle(OBSERVATION))
    assert "Potassium" in text_of(inner)
    for _ in range(6):
        inner = json.loads(bundle(inner))
    with pytest.raises(SkipDocument):
        text_of(inner)
