"""What passes the gate, what does not, and that both are on the record."""

from __future__ import annotations

import hashlib
import os

import pytest

from rag.errors import ConfigurationError, NotFoundError, RefusedError
from rag.models.admission import AdmissionGate, examine
from rag.models.hashes import RememberedHashes
from rag.models.records import Format, LicenceClass
from rag.models.register import licence_exception

CLOSED = {"general.name": "Llama 3.1 8B Instruct", "general.architecture": "llama"}
DECIDED = licence_exception("Dana Moss", "Reviewed by legal, case 12", "2026-05-31")


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_an_open_model_is_registered_with_its_hash(gate, register, model, log):
    path = model()
    admitted = gate.add("small", path, source="delivery 7")
    assert admitted.sha256 == digest(path)
    assert (admitted.format, admitted.architecture) == (Format.GGUF, "qwen3")
    assert admitted.licence.kind is LicenceClass.OSI
    entry = register.entry("small")
    assert (entry.sha256, entry.source, entry.licence) == (
        admitted.sha256,
        "delivery 7",
        "Apache-2.0",
    )
    assert log() == [
        (
            "model-admitted",
            {
                "model": "small",
                "sha256": admitted.sha256,
                "licence_class": "osi",
                "exception": False,
            },
        )
    ]


def test_a_registered_model_is_given_out_with_its_template(gate, model):
    path = model(**{"tokenizer.chat_template": "{{ x }}"})
    gate.add("small", path, source="")
    given = gate.model("small")
    assert given.path == path
    assert given.chat_template == "{{ x }}"


def test_terms_that_are_not_allowed_are_refused_and_recorded(gate, register, model, log):
    with pytest.raises(RefusedError, match="700 million monthly users") as caught:
        gate.add("llama", model(values=CLOSED), source="")
    assert "Llama 3.1 Community License, open-weights" in str(caught.value)
    assert register.entries() == ()
    (event, facts), *_ = log()
    assert (event, facts["reason"], facts["licence_class"]) == (
        "model-refused",
        "licence",
        "open-weights",
    )


def test_an_exception_with_name_reason_and_date_admits_it(gate, register, model, log):
    gate.add("llama", model(values=CLOSED), source="", exception=DECIDED)
    assert register.entry("llama").exception == DECIDED
    assert gate.model("llama").exception == DECIDED
    assert log()[-1][1]["exception"] is True
    assert "Dana" not in str(log())


@pytest.mark.parametrize(
    ("by", "reason", "date"),
    [
        ("", "Reviewed by legal", "2026-05-31"),
        ("Dana Moss", "ok", "2026-05-31"),
        ("Dana Moss", "Reviewed by legal", "soon"),
        ("   ", "Reviewed by legal", "2026-05-31"),
    ],
)
def test_an_exception_that_says_too_little_is_none(by, reason, date):
    with pytest.raises(ConfigurationError, match="needs a name, a reason"):
        licence_exception(by, reason, date)


def test_settings_may_allow_a_class(tmp_path, register, model, log):
    hashes = RememberedHashes(tmp_path / "h.json")
    gate = AdmissionGate(register, hashes, ("osi", "open-weights"), log.chained)
    assert gate.add("llama", model(values=CLOSED), source="").exception is None


def test_a_policy_that_becomes_stricter_holds_for_registered_models(
    gate, tmp_path, register, log, model
):
    gate.add("small", model(), source="")
    stricter = AdmissionGate(register, RememberedHashes(tmp_path / "h.json"), (), log.chained)
    with pytest.raises(RefusedError):
        stricter.model("small")


def test_unknown_terms_need_an_exception_whatever_the_header_claims(gate, model):
    claimed = {**CLOSED, "general.name": "Mystery", "general.license": "mit"}
    with pytest.raises(RefusedError, match="claims `mit`, which nobody but its file says"):
        gate.add("mystery", model(values=claimed), source="")


def test_another_hash_than_the_given_one_is_refused(gate, model, log):
    with pytest.raises(ConfigurationError, match="not the given one"):
        gate.add("small", model(), source="", sha256="0" * 64)
    assert log()[-1][1]["reason"] == "hash"
    path = model()
    assert gate.add("small", path, source="", sha256=digest(path).upper())


def test_a_name_is_not_taken_over_by_accident(gate, model):
    gate.add("small", model(), source="")
    other = model("other.gguf", **{"general.version": "2"})
    with pytest.raises(ConfigurationError, match="--replace"):
        gate.add("small", other, source="")
    assert gate.add("small", other, source="", replace=True).path == other


def test_a_changed_file_is_refused_at_the_next_start(gate, model, log):
    path = model()
    gate.add("small", path, source="")
    facts = path.stat()
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    with pytest.raises(ConfigurationError, match="not the file that was registered as `small`"):
        gate.model("small")
    assert log()[-1][0] == "model-refused"


def test_start_up_reads_an_unchanged_file_no_second_time(gate, model, monkeypatch):
    path = model()
    gate.add("small", path, source="")
    monkeypatch.setattr("rag.models.hashes.sha256_of", lambda *_: pytest.fail("it was read again"))
    assert gate.model("small").path == path


def test_verify_reads_every_byte_and_says_what_it_finds(gate, model):
    path = model()
    gate.add("small", path, source="")
    seen = []
    assert gate.verify("small", seen.append).finding == ""
    assert sum(seen) == path.stat().st_size
    path.unlink()
    assert "there is no model at" in gate.verify("small").finding


def test_a_file_that_is_gone_or_broken_is_on_the_record(gate, tmp_path, log):
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF")
    for path in (tmp_path / "gone.gguf", broken):
        with pytest.raises(ConfigurationError):
            gate.add("small", path, source="")
    assert [event for event, _ in log()] == ["model-refused"] * 2
    assert all(facts == {"model": "small", "reason": "file"} for _, facts in log())


@pytest.mark.parametrize("name", ["", "Small", "a/b", "../x", "x" * 65, "a b"])
def test_a_name_is_plain(gate, model, name):
    with pytest.raises(ConfigurationError, match="a model's name has"):
        gate.add(name, model(), source="")


def test_a_file_that_anybody_may_change_is_refused(gate, model):
    path = model()
    path.chmod(0o666)
    with pytest.raises(ConfigurationError, match="chmod o-w"):
        gate.add("small", path, source="")


@pytest.mark.parametrize("name", ["model.bin", "model.pt", "model.pkl", "model.ckpt"])
def test_pickles_are_refused_before_they_are_opened(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"\x80\x04.")
    with pytest.raises(ConfigurationError, match="may be a pickle"):
        examine(path)


def test_a_single_safetensors_file_is_not_a_model(tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"x")
    with pytest.raises(ConfigurationError, match="give its folder"):
        examine(path)


def test_a_folder_is_admitted_and_any_change_in_it_noticed(gate, folder):
    place = folder()
    admitted = gate.add("encoder", place, source="")
    assert (admitted.format, admitted.context) == (Format.SAFETENSORS, 4096)
    assert (admitted.architecture, admitted.parameters) == ("qwen3", 2)
    (place / "tokenizer.json").write_text("{}")
    with pytest.raises(ConfigurationError, match="not the file that was registered"):
        gate.model("encoder")


def test_a_model_nobody_registered_is_not_found(gate):
    with pytest.raises(NotFoundError, match="there is: none yet"):
        gate.model("small")
