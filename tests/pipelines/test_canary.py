"""Identifiers go in everywhere; they may come out nowhere."""

from __future__ import annotations

import logging

import pytest

CANARIES = {
    "e-mail": "canary.bird@example.org",
    "SSN": "536-22-9187",
    "MRN": "00482913",
    "IBAN": "GB82WEST12345698765432",
    "phone": "202-555-0143",
    "card": "4111111111111111",
}


@pytest.fixture
def leaky(tmp_path):
    """Documents that carry identifiers in text, title, table, name and attachment."""
    place = tmp_path / "leaky"
    place.mkdir()
    line = (
        f"Write to {CANARIES['e-mail']} or call {CANARIES['phone']}. SSN {CANARIES['SSN']}. "
        f"MRN {CANARIES['MRN']}. IBAN {CANARIES['IBAN']}. Card {CANARIES['card']}."
    )
    (place / "note.txt").write_text(f"Note for MRN {CANARIES['MRN']}\n\nThe ward is warm. {line}\n")
    (place / f"{CANARIES['e-mail']}.txt").write_text("The cellar is dry all year.\n")
    (place / "list.csv").write_text(
        "Name of ward,Contact\nNorth," + CANARIES["e-mail"] + "\nSouth," + CANARIES["phone"] + "\n"
    )
    (place / "page.html").write_text(
        f"<html><head><title>{CANARIES['e-mail']}</title></head>"
        f"<body><h1>Contacts</h1><p>{line}</p></body></html>"
    )
    (place / "mail.eml").write_bytes(
        (
            f"From: {CANARIES['e-mail']}\r\nTo: b@example.org\r\nSubject: {CANARIES['SSN']}\r\n"
            "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
            f"--x\r\nContent-Type: text/plain\r\n\r\n{line}\r\n"
            "--x\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=a.csv\r\n"
            f"\r\nWard,Number\r\nEast,{CANARIES['SSN']}\r\n--x--\r\n"
        ).encode()
    )
    # Written straight after their labels, as lists and file names often have them.
    (place / f"MRN{CANARIES['MRN']}.txt").write_text(
        f"Glued: MRN{CANARIES['MRN']} SSN{CANARIES['SSN']} ref.{CANARIES['SSN']}\n"
        f"IBAN{CANARIES['IBAN']} and card{CANARIES['card']}.\n"
    )
    # The ending of a name may be an identifier too.
    (place / f"ssn.{CANARIES['SSN']}").write_text("no format")
    # A failing document must not leak through its name on the list of failures.
    (place / f"SSN {CANARIES['SSN']}.pdf").write_bytes(b"%PDF-1.4 broken")
    return place


def forms(value: str) -> list[str]:
    """The value as it may be written: as it is, and without its separators."""
    bare = value.replace("-", "").replace(" ", "")
    return [value.casefold(), bare.casefold()]


def leaks_in(text: str) -> list[str]:
    text = text.casefold()
    return [name for name, value in CANARIES.items() if any(form in text for form in forms(value))]


def test_no_identifier_leaves_by_any_way(ringfence, leaky, home, caplog):
    caplog.set_level(logging.DEBUG)
    printed = []

    def call(*arguments):
        outcome = ringfence(*arguments)
        printed.append(outcome.out + outcome.err)
        return outcome

    call("init")
    report = call("ingest", leaky, "--json")
    assert report.json["indexed"] == 6
    assert report.json["failed"] == 2
    for value in CANARIES.values():
        call("ask", f"Which ward belongs to {value}?", "--as", "operator", "--json")
        call("ask", f"Which ward belongs to {value}?", "--as", "operator")
    call("status", "--json")
    call("status", "--failed")
    call("show", "note.txt", "--json")
    call("doctor")
    assert [leaks_in(text) for text in printed] == [[]] * len(printed)
    assert leaks_in(caplog.text) == []
    for path in home.rglob("*"):
        assert leaks_in(str(path)) == []
        if path.is_file():
            assert leaks_in(path.read_bytes().decode("latin-1")) == [], path.name


def test_no_identifier_leaves_by_the_api(ringfence, leaky, home, caplog):
    from fastapi.testclient import TestClient

    from pipelines.serve import make_app

    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # the asker's side, not ours
    ringfence("init")
    ringfence("ingest", leaky)
    key = ringfence("key", "operator").out.strip()
    with TestClient(make_app()) as client:
        headers = {"Authorization": f"Bearer {key}"}
        bodies = []
        for value in CANARIES.values():
            question = {"question": f"Which ward belongs to {value}?"}
            response = client.post("/v1/query", json=question, headers=headers)
            assert response.status_code == 200
            bodies.append(response.text)
            for citation in response.json()["citations"]:
                shown = client.get(f"/v1/documents/{citation['document']}", headers=headers)
                assert shown.status_code == 200
                bodies.append(shown.text)
        bodies.append(client.post("/v1/query", json={"question": 5}, headers=headers).text)
        bodies.append(client.get(f"/v1/documents/{CANARIES['SSN']}", headers=headers).text)
        bodies.append(client.get("/readyz").text)
    # The asker's own words in an unknown id are his; none of the documents' may come back.
    assert [leaks_in(body) for body in bodies] == [[]] * len(bodies)
    assert leaks_in(caplog.text) == []


def test_a_question_by_identifier_finds_its_document(ringfence, leaky):
    ringfence("init")
    ringfence("ingest", leaky)
    asked = ringfence(
        "ask", f"Which ward belongs to {CANARIES['phone']}?", "--as", "operator", "--json"
    ).json
    assert asked["verdict"] == "grounded"
    assert "South" in asked["answer"]
