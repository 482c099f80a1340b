"""The vault as an operator meets it: its key, rotation, destruction, and the way back."""

from __future__ import annotations

import base64
import json
import shutil

import pytest

import pipelines.vault
from pipelines.build import build_register, build_vault, open_installation
from rag.redact.tokens import PSEUDONYM

SSN, PHONE = "536-22-9187", "202-555-0143"
ROLES = 'roles = ["reidentify", "vault-admin"]\n\n[[principal]]\nid = "guest"\n'


@pytest.fixture(autouse=True)
def _patterns_alone(monkeypatch):
    """What a name model finds besides is not what is tested here, and takes long to load."""
    monkeypatch.setenv("RINGFENCE_REDACT__NAMES", "none")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Where the documents lie, and an installation that has them: each test gets a copy of it."""
    return tmp_path_factory.mktemp("vault")


@pytest.fixture
def papers(place):
    folder = place / "papers"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "note.txt").write_text(
        f"Ward\n\nThe matron of the ward has SSN {SSN}. Call {PHONE}.\n"
    )
    return folder


@pytest.fixture
def installed(ringfence, home, papers, place):
    if not (place / "home").exists():
        assert ringfence("init").code == 0
        principals = home / "principals.toml"
        principals.write_text(principals.read_text() + ROLES)
        assert ringfence("ingest", papers).code == 0
        home.rename(place / "home")
    shutil.copytree(place / "home", home)
    return home


@pytest.fixture
def token(ringfence, installed):
    """The pseudonym of the SSN."""
    text = ringfence("show", "note.txt", "--json").json["text"]
    return next(match[0] for match in PSEUDONYM.finditer(text) if match[1] == "US_SSN")


def events(home) -> list[str]:
    return [json.loads(line)["event"] for line in (home / "audit.jsonl").read_text().splitlines()]


def keep(home) -> dict[str, int]:
    """Count what the vault holds, having opened some of it."""
    inst = open_installation(home)
    register = build_register(inst)
    try:
        return build_vault(inst, register).check("main")
    finally:
        register.close()


def test_a_pseudonym_is_told_with_a_role_and_a_reason(ringfence, installed, token):
    told = ringfence("reidentify", token, "--as", "operator", "--reason", "Call her", "--json")
    assert told.code == 0
    assert told.json == {"reidentified": {token: SSN}}
    assert events(installed)[-1] == "reidentify"


@pytest.mark.parametrize(
    ("who", "reason", "code"), [("guest", "Call", 5), ("operator", " ", 5), ("nobody", "Call", 5)]
)
def test_without_either_nothing_is_told(ringfence, installed, token, who, reason, code):
    refused = ringfence("reidentify", token, "--as", who, "--reason", reason)
    assert (refused.code, refused.out) == (code, "")
    assert SSN not in refused.err


def test_a_whole_document_can_be_had_back(ringfence, installed, papers):
    shown = ringfence("show", "note.txt", "--json").json
    told = ringfence(
        "reidentify", "--document", shown["id"], "--as", "operator", "--reason", "Court", "--json"
    )
    assert told.json["left"] == 0
    assert f"SSN {SSN}. Call {PHONE}." in told.json["text"]
    assert SSN not in shown["text"]


def test_an_answer_names_who_is_meant_when_asked_to(ringfence, installed, token):
    question = ("ask", "Which SSN has the matron of the ward?", "--as", "operator", "--json")
    assert SSN not in ringfence(*question).out
    named = ringfence(*question, "--reidentify", "--reason", "Call").json
    assert SSN in named["answer"]
    assert token in named["citations"][0]["quote"]
    refused = ringfence(
        "ask",
        "Which SSN has the matron of the ward?",
        "--as",
        "guest",
        "--reidentify",
        "--reason",
        "Call",
    )
    assert refused.code in (0, 5)
    assert SSN not in refused.out + refused.err


def test_pseudonyms_and_documents_are_not_asked_for_together(ringfence, installed, token):
    for arguments in ((), (token, "--document", "doc_1")):
        failed = ringfence("reidentify", *arguments, "--as", "operator", "--reason", "x")
        assert failed.code == 2
        assert "either" in failed.err


def test_no_value_lies_in_a_file_of_the_installation(ringfence, installed, token):
    ringfence("reidentify", token, "--as", "operator", "--reason", f"About {SSN}")
    ringfence("vault", "rotate", "--as", "operator")
    for path in installed.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for value in (SSN, PHONE, SSN.replace("-", "")):
            assert value.encode() not in content, path.name


class TestDestroying:
    def test_what_was_destroyed_is_known_to_nobody_and_stays_so(
        self, ringfence, installed, papers, token
    ):
        done = ringfence("vault", "destroy", token, "--as", "operator", "--reason", f"Of {SSN}")
        assert done.code == 0
        assert events(installed)[-2:] == ["vault-destroy", "vault-destroyed"]
        (papers / "note.txt").write_text(f"Ward\n\nThe ward is cold. SSN {SSN}. Call {PHONE}.\n")
        ringfence("ingest", papers)
        refused = ringfence("reidentify", token, "--as", "operator", "--reason", "Call")
        assert refused.code == 5
        assert ringfence("vault", "status", "--json").json == {
            "pseudonyms": 1,
            "destroyed": 1,
            "documents": 1,
            "rotating": False,
        }
        assert SSN not in (installed / "audit.jsonl").read_text()

    def test_the_record_does_not_say_whom_it_was_about(self, ringfence, installed, papers):
        (papers / "note.txt").write_text("Ward\n\nThe patient has MRN: QX-7731905 on file.\n")
        ringfence("ingest", papers)
        text = ringfence("show", "note.txt", "--json").json["text"]
        token = next(match[0] for match in PSEUDONYM.finditer(text))
        asked = ("--as", "operator", "--reason", "qx-7731905 asked for it")
        assert ringfence("vault", "destroy", token, *asked).code == 0
        line = (installed / "audit.jsonl").read_text().splitlines()[-1]
        assert f"{token} asked for it" in line
        assert "7731905" not in line

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            (("[US_SSN:aaaaaaaa]", "--as", "operator", "--reason", "x"), 2),
            (("536-22-9187", "--as", "operator", "--reason", "x"), 2),
            (("[US_SSN:aaaaaaaa]", "--as", "guest", "--reason", "x"), 5),
            (("[US_SSN:aaaaaaaa]", "--as", "operator", "--reason", ""), 5),
        ],
    )
    def test_what_may_not_or_cannot_be_destroyed_is_not(
        self, ringfence, installed, arguments, code
    ):
        failed = ringfence("vault", "destroy", *arguments)
        assert failed.code == code
        assert SSN not in failed.err
        assert keep(installed)["destroyed"] == 0


class TestRotation:
    def test_a_new_key_opens_everything_and_the_old_one_nothing(
        self, ringfence, installed, papers, token
    ):
        key = installed / "keys" / "vault.key"
        old = key.read_bytes()
        assert ringfence("vault", "rotate", "--as", "operator", "--json").json == {"rewrapped": 3}
        assert key.read_bytes() != old
        assert key.stat().st_mode & 0o777 == 0o600
        assert not (installed / "keys" / "vault.key.next").exists()
        told = ringfence("reidentify", token, "--as", "operator", "--reason", "x")
        assert told.out.strip().endswith(SSN)
        assert ringfence("ingest", papers, "--json").json["unchanged"] == 1
        key.write_bytes(old)
        lost = ringfence("reidentify", token, "--as", "operator", "--reason", "x")
        assert lost.code == 2
        assert "put its key back" in lost.err

    def test_who_has_no_role_rotates_nothing_on_the_record(self, ringfence, installed):
        assert ringfence("vault", "rotate", "--as", "guest").code == 5
        assert events(installed)[-1] == "vault-rotate-refused"
        assert not (installed / "keys" / "vault.key.next").exists()

    @pytest.mark.parametrize("step", ["first", "midway", "before the old key goes", "after it"])
    def test_killed_between_any_steps_it_is_run_again(
        self, ringfence, installed, papers, token, monkeypatch, step
    ):
        class Killed(BaseException):
            """As if the process had ended here."""

        rewrap, take_over = pipelines.vault.EncryptedVault.rewrap, pipelines.vault._take_over
        monkeypatch.setattr("rag.state.vault._ROWS_AT_ONCE", 1)
        calls = []

        def killing_rewrap(vault, following):
            calls.append(1)
            if step == "first" or (step == "midway" and len(calls) == 2):
                raise Killed
            return rewrap(vault, following)

        def killing_take_over(*paths):
            if step == "after it":
                take_over(*paths)
            raise Killed

        inst = open_installation(installed)
        with monkeypatch.context() as patched:
            patched.setattr(pipelines.vault.EncryptedVault, "rewrap", killing_rewrap)
            patched.setattr(pipelines.vault, "_take_over", killing_take_over)
            with pytest.raises(Killed):
                pipelines.vault.rotate(inst, inst.principals.named("operator"))
        # Everything opens as it stands, and an ingest may come before the rotation goes on.
        assert keep(installed)["pseudonyms"] == 2
        (papers / "more.txt").write_text("Mail canary.bird@example.org to the ward.\n")
        assert ringfence("ingest", papers).code == 0
        told = ringfence("reidentify", token, "--as", "operator", "--reason", "x")
        assert told.out.strip().endswith(SSN)
        doctor = ringfence("doctor", "--json").json["checks"]
        assert next(c for c in doctor if c["name"] == "vault")["passed"] is (step == "after it")
        assert ringfence("vault", "rotate", "--as", "operator").code == 0
        assert keep(installed) == {"pseudonyms": 3, "destroyed": 0, "documents": 2}
        assert not (installed / "keys" / "vault.key.next").exists()

    def test_it_waits_for_an_ingest(self, ringfence, installed):
        from pipelines.exclusive import exclusive

        with exclusive(installed / "ingest.lock"):
            assert ringfence("vault", "rotate", "--as", "operator").code == 3


class TestKeys:
    def test_a_vault_key_that_others_may_read_stops_every_command(self, ringfence, installed):
        for name in ("vault.key", "vault.key.next"):
            key = installed / "keys" / name
            key.write_bytes(b"x" * 32)
            key.chmod(0o644)
            refused = ringfence("status")
            assert refused.code == 2
            assert f"chmod 600 {key}" in refused.err
            key.chmod(0o600)

    def test_an_installation_without_one_is_completed_by_init(self, ringfence, home, papers):
        ringfence("init")
        (home / "keys" / "vault.key").unlink()
        failed = ringfence("ingest", papers)
        assert failed.code == 2
        assert "ringfence init" in failed.err
        ringfence("init")
        assert ringfence("ingest", papers).code == 0

    def test_keys_may_come_from_the_environment_and_lie_in_no_file(
        self, ringfence, home, papers, monkeypatch
    ):
        for number, name in enumerate(("INSTALLATION_KEY", "VAULT_KEY")):
            value = base64.b64encode(bytes([number + 1]) * 32).decode()
            monkeypatch.setenv(f"RINGFENCE_{name}", value)
        ringfence("init")
        assert list((home / "keys").glob("*.key")) == []
        principals = home / "principals.toml"
        principals.write_text(principals.read_text() + ROLES)
        assert ringfence("ingest", papers).code == 0
        stuck = ringfence("vault", "rotate", "--as", "operator")
        assert stuck.code == 2
        assert "RINGFENCE_VAULT_KEY_NEXT" in stuck.err
        following = base64.b64encode(b"\7" * 32).decode()
        monkeypatch.setenv("RINGFENCE_VAULT_KEY_NEXT", following)
        rotated = ringfence("vault", "rotate", "--as", "operator")
        assert rotated.out.strip() == "3 sealed anew"
        assert "RINGFENCE_VAULT_KEY" in rotated.err
        monkeypatch.setenv("RINGFENCE_VAULT_KEY", following)
        monkeypatch.delenv("RINGFENCE_VAULT_KEY_NEXT")
        assert keep(home)["pseudonyms"] == 2

    @pytest.mark.usefixtures("installed")
    def test_a_key_in_the_environment_that_is_none_is_not_shown(self, ringfence, monkeypatch):
        monkeypatch.setenv("RINGFENCE_VAULT_KEY", "secret-but-wrong")
        failed = ringfence("status")
        assert failed.code == 2
        assert "secret-but-wrong" not in failed.err + failed.out


def test_with_nothing_kept_no_redaction_can_be_undone(ringfence, home, papers):
    ringfence("init")
    principals = home / "principals.toml"
    principals.write_text(principals.read_text() + ROLES)
    settings = home / "ringfence.toml"
    settings.write_text(settings.read_text() + "\n[redact]\nkeep_originals = false\n")
    assert ringfence("ingest", papers).code == 0
    assert keep(home) == {"pseudonyms": 0, "destroyed": 0, "documents": 0}
    shown = ringfence("show", "note.txt", "--json").json
    tokens = [match[0] for match in PSEUDONYM.finditer(shown["text"])]
    assert ringfence("reidentify", *tokens, "--as", "operator", "--reason", "x").code == 5


def test_a_document_that_is_forgotten_leaves_nothing_in_the_vault(ringfence, installed, papers):
    (papers / "note.txt").unlink()
    ringfence("ingest", papers)
    assert keep(installed) == {"pseudonyms": 0, "destroyed": 0, "documents": 0}


def test_another_generation_of_pseudonyms_makes_every_document_due(
    ringfence, installed, papers, token
):
    settings = installed / "ringfence.toml"
    settings.write_text(settings.read_text() + "\n[redact]\npseudonym_generation = 2\n")
    assert ringfence("ingest", papers, "--json").json["indexed"] == 1
    text = ringfence("show", "note.txt", "--json").json["text"]
    assert token not in text
    assert "[US_SSN:" in text
    assert ringfence("reidentify", token, "--as", "operator", "--reason", "x").code == 5
    assert keep(installed)["pseudonyms"] == 2


def test_a_pseudonym_may_be_written_without_its_brackets(ringfence, installed, token):
    told = ringfence("reidentify", token.strip("[]"), "--as", "operator", "--reason", "Request 7")
    assert told.out.split() == [token, SSN]
