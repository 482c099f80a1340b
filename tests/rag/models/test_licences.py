"""Families and their terms: what is known is found, what is not stays unknown."""

from __future__ import annotations

import re

import pytest

from rag.models.licences import Claims, families, licence_of
from rag.models.records import LicenceClass

OSI, OPEN = LicenceClass.OSI, LicenceClass.OPEN_WEIGHTS
SOURCE, UNKNOWN = LicenceClass.SOURCE_AVAILABLE, LicenceClass.UNKNOWN


def found(name, architecture, claim=""):
    return licence_of(Claims(architecture=architecture, names=(name,), licence=claim))


@pytest.mark.parametrize(
    ("name", "architecture", "kind", "licence"),
    [
        ("Llama-2-13b-chat-hf", "llama", OPEN, "Llama 2 Community License"),
        ("Meta-Llama-3-8B-Instruct", "llama", OPEN, "Meta Llama 3 Community License"),
        ("Meta Llama 3.1 8B Instruct", "llama", OPEN, "Llama 3.1 Community License"),
        ("Llama-3.2-1B", "llama", OPEN, "Llama 3.2 Community License"),
        ("Llama 3.3 70B Instruct", "llama", OPEN, "Llama 3.3 Community License"),
        ("Llama 4 Scout 17B 16E Instruct", "llama4", OPEN, "Llama 4 Community License"),
        ("Qwen2.5 7B Instruct", "qwen2", OSI, "Apache-2.0"),
        ("Qwen2.5-3B-Instruct", "qwen2", SOURCE, "Qwen Research License"),
        ("Qwen2.5-72B-Instruct", "qwen2", OPEN, "Qwen License"),
        ("Qwen3-8B", "qwen3", OSI, "Apache-2.0"),
        ("Qwen3-30B-A3B-Instruct-2507", "qwen3moe", OSI, "Apache-2.0"),
        ("Qwen3.5-0.8B", "qwen35", OSI, "Apache-2.0"),
        ("Mistral-7B-Instruct-v0.3", "llama", OSI, "Apache-2.0"),
        ("Mistral-Small-3.2-24B-Instruct-2506", "llama", OSI, "Apache-2.0"),
        ("Mistral-Small-24B-Instruct-2501", "llama", OSI, "Apache-2.0"),
        ("Mistral-Small-Instruct-2409", "llama", SOURCE, "Mistral AI Research License"),
        ("Mistral-Large-3-675B-Instruct-2512", "deepseek2", OSI, "Apache-2.0"),
        ("Mistral-Large-Instruct-2411", "llama", SOURCE, "Mistral AI Research License"),
        ("Ministral-3-8B-Instruct-2512", "mistral3", OSI, "Apache-2.0"),
        ("Ministral-8B-Instruct-2410", "llama", SOURCE, "Mistral AI Research License"),
        ("Mixtral-8x7B-Instruct-v0.1", "llama", OSI, "Apache-2.0"),
        ("DeepSeek-V3", "deepseek2", OPEN, "DeepSeek Model License (code MIT)"),
        ("DeepSeek-V3-0324", "deepseek2", OSI, "MIT"),
        ("DeepSeek-V3.2-Exp", "deepseek2", OSI, "MIT"),
        ("DeepSeek-R1-Distill-Llama-8B", "llama", OPEN, "MIT over a Llama 3 Community License"),
        ("Phi 4 Mini Instruct", "phi3", OSI, "MIT"),
        ("gemma-2-9b-it", "gemma2", OPEN, "Gemma Terms of Use"),
        ("gemma-2b", "gemma", OPEN, "Gemma Terms of Use"),
        ("Gemma 4 31B it", "gemma4", OSI, "Apache-2.0"),
        ("falcon-7b-instruct", "falcon", OSI, "Apache-2.0"),
        ("falcon-180b", "falcon", OPEN, "Falcon 180B TII License"),
        ("whisper-large-v3", "whisper", OSI, "MIT"),
        ("stable-diffusion-v1-5", "sd1", OPEN, "CreativeML Open RAIL-M"),
        ("stable-diffusion-xl-base-1.0", "sdxl", OPEN, "CreativeML Open RAIL++-M"),
        ("stable-diffusion-3.5-medium", "sd3", OPEN, "Stability AI Community License"),
        ("FLUX.1-schnell", "flux", OSI, "Apache-2.0"),
        ("flux1-dev", "flux", SOURCE, "FLUX Non-Commercial License"),
        ("FLUX.2-klein-9B", "flux2", SOURCE, "FLUX Non-Commercial License"),
        ("all-MiniLM-L6-v2", "bert", OSI, "Apache-2.0"),
        ("ringfence-test-reader-1m", "llama", OSI, "Apache-2.0"),
        ("ringfence-test-reader-5m", "llama", OSI, "Apache-2.0"),
        ("ringfence-test-reader-sp", "llama", OSI, "Apache-2.0"),
    ],
)
def test_a_family_is_known_with_its_terms(name, architecture, kind, licence):
    known = found(name, architecture)
    assert (known.kind, known.name, known.doubts) == (kind, licence, ())


def test_who_published_it_may_stand_before_its_name():
    assert found("mistralai_Mistral-7B-Instruct-v0.3", "llama").family == "Mistral 7B and Nemo"


@pytest.mark.parametrize("claim", ["", "apache-2.0", "mit", "gpl-3.0"])
def test_nothing_that_a_file_claims_makes_it_known(claim):
    known = found("Mystery 7B", "llama", claim)
    assert (known.kind, known.name) == (UNKNOWN, "")
    assert bool(known.doubts) is bool(claim)


def test_a_claim_does_not_free_a_family_of_its_terms():
    known = found("Llama 3.1 8B Instruct", "llama", "apache-2.0")
    assert known.kind is OPEN
    assert known.doubts == (
        "it claims `apache-2.0`, its family is under Llama 3.1 Community License",
    )


def test_a_claim_that_contradicts_an_open_family_makes_it_unknown():
    assert found("Qwen3-8B", "qwen3", "cc-by-nc-4.0").kind is UNKNOWN
    assert found("Qwen3-8B", "qwen3", "Apache-2.0").kind is OSI


def test_the_name_of_a_family_on_another_architecture_is_not_believed():
    known = found("Qwen3-8B", "llama")
    assert known.kind is UNKNOWN
    assert "its architecture is not" in known.doubts[0]


@pytest.mark.parametrize("name", ["Qwen3-8B-abliterated", "Mistral-7B-OpenHermes", "Phi-4-medical"])
def test_somebody_elses_model_of_a_family_is_unknown(name):
    architecture = {"Q": "qwen3", "M": "llama", "P": "phi3"}[name[0]]
    known = found(name, architecture)
    assert known.kind is UNKNOWN
    assert "perhaps somebody else's model" in known.doubts[0]


@pytest.mark.parametrize("name", ["Hermes-3-Llama-3.1-8B", "Qwenny", "llamafile", "Gemmasutra"])
def test_a_name_that_only_holds_a_familys_is_not_of_it(name):
    assert found(name, "llama").family == ""


def test_what_a_terminal_obeys_is_not_repeated():
    known = found("Qwen3-8B-\x1b[2J", "qwen3", "\x1b[31mmit")
    assert all(doubt.isprintable() for doubt in known.doubts)


def test_every_family_says_what_a_lawyer_asks():
    assert len(families()) >= 30
    for family in families():
        assert family.licence
        assert len(family.watch) > 10
        assert "\n" not in family.watch
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", family.checked)
        assert family.kind is not UNKNOWN
        assert family.names
        assert family.architectures
