"""The register: what is written is read, and a file that was spoilt is refused."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ConfigurationError, NotFoundError
from rag.models.records import LicenceException
from rag.models.register import Entry, ModelRegister

ENTRY = Entry(
    name="small",
    path="/models/small.gguf",
    sha256="0" * 64,
    size=3,
    format="gguf",
    architecture="llama",
    quantisation="Q4_K_M",
    parameters=1,
    context=512,
    vocabulary="gpt2",
    chat_template=True,
    adapter=False,
    family="",
    licence="",
    licence_class="unknown",
    watch="",
    licence_checked="",
    doubts=("one", "two"),
    source="",
    added="2026-05-31",
    exception=LicenceException(by="Dana Moss", reason="for a measurement", date="2026-05-31"),
)


def test_what_was_put_is_read(register):
    register.put(ENTRY)
    register.put(replace(ENTRY, name="large", exception=None))
    assert register.entry("small") == ENTRY
    assert [entry.name for entry in register.entries()] == ["small", "large"]
    assert stat.S_IMODE(register.path.stat().st_mode) == 0o600
    register.put(replace(ENTRY, size=4))
    assert [(entry.name, entry.size) for entry in register.entries()] == [
        ("small", 4),
        ("large", 3),
    ]


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=3))
def test_any_text_comes_back_as_it_was(tmp_path_factory, source, doubts):
    register = ModelRegister(tmp_path_factory.mktemp("register") / "models.toml")
    register.put(replace(ENTRY, source=source, doubts=tuple(doubts)))
    entry = register.entry("small")
    assert (entry.source, entry.doubts) == (source, tuple(doubts))


def test_there_need_not_be_a_register(register):
    assert register.entries() == ()
    with pytest.raises(NotFoundError, match="ringfence models add"):
        register.entry("small")


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("[[model]]", "[model", "not valid TOML"),
        ("[[model]]", "[[models]]", "something else than"),
        ('name = "small"', 'name = "Small One"', "a name has a-z"),
        ("size = 3", 'size = "3"', "`size` is of the wrong type"),
        ("size = 3", "size = true", "`size` is of the wrong type"),
        ("size = 3", "", "lacks `size`"),
        ("size = 3", "size = 3\nsizes = 4", "unknown key `sizes`"),
        ('sha256 = "0', 'sha256 = "x', "64 hexadecimal digits"),
        ('format = "gguf"', 'format = "pickle"', "gguf or safetensors"),
        ('"unknown"', '"public"', "not one of the four"),
        ('path = "/', 'path = "', "begins with `/`"),
        ('"for a measurement"', '"ok"', "needs a name, a reason"),
        ('by = "Dana Moss"\n', "", "`by`, `reason` and `date`"),
        ('doubts = ["one", "two"]', "doubts = [1]", "`doubts` is of the wrong type"),
    ],
)
def test_a_spoilt_register_is_refused(register, old, new, finding):
    register.put(ENTRY)
    text = register.path.read_text()
    assert old in text
    register.path.write_text(text.replace(old, new))
    with pytest.raises(ConfigurationError, match=finding):
        register.entries()


def test_a_name_stands_there_once(register):
    register.put(ENTRY)
    text = register.path.read_text()
    register.path.write_text(text + text[text.index("\n[[model]]") :])
    with pytest.raises(ConfigurationError, match="has `small` twice"):
        register.entries()


def test_a_register_that_others_may_change_is_refused(register):
    register.put(ENTRY)
    register.path.chmod(0o620)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        register.entries()


def test_writers_at_once_lose_nothing(register):
    names = [f"model-{number}" for number in range(12)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda name: register.put(replace(ENTRY, name=name)), names))
    assert {entry.name for entry in register.entries()} == set(names)


def test_nothing_is_left_beside_it(register):
    register.put(ENTRY)
    left = {path.name for path in register.path.parent.iterdir()}
    assert left == {"models.toml", ".models.toml.lock"}
