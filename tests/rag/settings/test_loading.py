from __future__ import annotations

import pytest
from pydantic import BaseModel, SecretStr, ValidationError

from rag.errors import ConfigurationError
from rag.settings import (
    KEY_VARIABLES,
    ChunkSettings,
    Section,
    Settings,
    environment,
    given_key,
    home_folder,
    load_settings,
    read_secret,
)


@pytest.fixture
def home(tmp_path):
    (tmp_path / "ringfence.toml").write_text("", encoding="utf-8")
    return tmp_path


def write(home, text):
    (home / "ringfence.toml").write_text(text, encoding="utf-8")


def refusal(home) -> str:
    with pytest.raises(ConfigurationError) as refused:
        load_settings(home)
    message = str(refused.value)
    assert "\n" not in message
    return message


def sections(kind: type[BaseModel]) -> list[type[BaseModel]]:
    inner = [
        field.annotation
        for field in kind.model_fields.values()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
    ]
    return [kind, *(found for child in inner for found in sections(child))]


def test_an_empty_file_means_the_defaults(home):
    assert load_settings(home) == Settings()


def test_the_file_is_laid_over_the_defaults(home):
    write(home, 'tenant = "clinic"\nplugins = ["s3"]\n[chunk]\ntokens = 99\n')
    read = load_settings(home)
    assert (read.tenant, read.plugins, read.chunk.tokens) == ("clinic", ("s3",), 99)
    assert read.chunk.overlap == 0


def test_the_environment_is_laid_over_the_file(home, monkeypatch):
    write(home, '[chunk]\ntokens = 99\noverlap = 2\n[store]\nkind = "memory"\n')
    monkeypatch.setenv("RINGFENCE_CHUNK__TOKENS", "77")
    monkeypatch.setenv("RINGFENCE_TENANT", "bank")
    monkeypatch.setenv("RINGFENCE_API__PORT", "0")
    read = load_settings(home)
    assert (read.chunk.tokens, read.chunk.overlap) == (77, 2)
    assert (read.tenant, read.store.kind, read.api.port) == ("bank", "memory", 0)


def test_other_peoples_variables_are_left_alone(home, monkeypatch):
    monkeypatch.setenv("RINGFENCE_HOME", "/elsewhere")
    monkeypatch.setenv("RINGFENCE_TEST_QDRANT_URL", "http://127.0.0.1:6333")
    monkeypatch.setenv("RINGFENC_TENANT", "x")
    assert load_settings(home) == Settings()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tennant = 'x'", "unknown setting `tennant`"),
        ("[chunk]\ntoken = 5", "unknown setting `chunk.token`"),
        ("[chunks]\ntokens = 5", "unknown setting `chunks`"),
        ("[chunk]\ntokens = 5", "`chunk.tokens`: Input should be greater than or equal to 16"),
        ("[chunk]\ntokens = 20\noverlap = 20", "overlap must be less than tokens"),
        ("[store]\nkind = 'edgy'", "`store.kind`"),
        ("[api]\nport = 70000", "`api.port`"),
        ("[redact]\nmrn_pattern = 'H('", "`redact.mrn_pattern`"),
        ("[redact]\nmrn_pattern = 'H(?=x)|.*'", "it matches the empty text"),
        ("chunk = 3", "`chunk`"),
        ("plugins = 's3'", "`plugins`"),
        ("[evaluate]\ngenerators = []", "`evaluate.generators`"),
        ("[chunk\n", "not valid TOML"),
        ("a = 1\na = 2", "not valid TOML"),
    ],
)
def test_a_wrong_file_is_refused_by_the_name_of_the_setting(home, text, says):
    write(home, text)
    message = refusal(home)
    assert says in message
    assert str(home / "ringfence.toml") in message


def test_every_wrong_setting_is_named_at_once(home):
    write(home, "a = 1\nb = 2\n[api]\nport = -1\n")
    assert all(name in refusal(home) for name in ("`a`", "`b`", "`api.port`"))


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("RINGFENCE_TENNANT", "x", "unknown setting `tennant`"),
        ("RINGFENCE_CHUNK__TOKEN", "5", "unknown setting `chunk.token`"),
        ("RINGFENCE_CHUNK__TOKENS", "many", "`chunk.tokens`"),
        ("RINGFENCE_TENANT__KEY", "x", "`tenant` is not a section"),
        ("RINGFENCE_CHUNK", "x", "`chunk`"),
    ],
)
def test_a_wrong_variable_is_refused(home, monkeypatch, name, value, says):
    write(home, 'tenant = "main"')
    monkeypatch.setenv(name, value)
    assert says in refusal(home)


def test_a_refusal_does_not_show_the_value(home, monkeypatch):
    monkeypatch.setenv("RINGFENCE_STATE__URLS", "postgresql://u:canary@db/x")
    monkeypatch.setenv("RINGFENCE_API__PORT", "canary")
    assert "canary" not in refusal(home)


def test_without_a_file_there_is_no_installation(tmp_path):
    assert "run `ringfence init` first" in refusal(tmp_path)
    (tmp_path / "ringfence.toml").mkdir()
    assert "run `ringfence init` first" in refusal(tmp_path)


def test_a_file_that_is_not_text_is_refused(home):
    (home / "ringfence.toml").write_bytes(b"\xff" * 10)
    assert "not valid TOML" in refusal(home)


def test_a_file_that_may_not_be_read_is_refused(home, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_text", refuse)
    assert refusal(home).endswith("cannot be read: Permission denied")


@pytest.mark.parametrize("section", sections(Settings))
def test_every_section_is_frozen_and_refuses_unknown_keys(section):
    assert issubclass(section, Section)
    with pytest.raises(ValidationError):
        section(no_such_key=1)
    made = section()
    with pytest.raises(ValidationError):
        setattr(made, next(iter(section.model_fields)), "x")


@pytest.mark.parametrize("section", sections(Settings))
def test_every_setting_has_a_default_and_says_what_it_is(section):
    for name, field in section.model_fields.items():
        assert not field.is_required(), name
        inner = isinstance(field.annotation, type) and issubclass(field.annotation, Section)
        assert inner or field.description, name


def test_the_home_is_the_variable_or_a_folder_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RINGFENCE_HOME", "elsewhere")
    assert home_folder() == tmp_path / "elsewhere"
    for nothing in (lambda: monkeypatch.setenv("RINGFENCE_HOME", ""), lambda: None):
        nothing()
        assert home_folder() == tmp_path / ".ringfence"
        monkeypatch.delenv("RINGFENCE_HOME", raising=False)


def test_the_environment_is_a_copy(monkeypatch):
    monkeypatch.setenv("SOME_VARIABLE", "before")
    copy = environment()
    copy["SOME_VARIABLE"] = "after"
    assert environment()["SOME_VARIABLE"] == "before"


def test_a_passage_may_repeat_all_but_one_of_its_words():
    assert ChunkSettings(tokens=20, overlap=19).overlap == 19


def test_a_secret_is_read_from_its_file_and_never_shown(tmp_path):
    file = tmp_path / "key"
    file.write_text(" canary\n", encoding="utf-8")
    secret = read_secret(str(file), setting="store.api_key_file")
    assert isinstance(secret, SecretStr)
    assert secret.get_secret_value() == "canary"
    assert "canary" not in repr(secret)


def test_no_file_named_means_no_secret():
    assert read_secret("", setting="store.api_key_file") is None


def test_a_secret_that_cannot_be_read_names_setting_and_file(tmp_path):
    with pytest.raises(ConfigurationError, match=r"`store\.api_key_file`.*none"):
        read_secret(str(tmp_path / "none"), setting="store.api_key_file")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match="not text"):
        read_secret(str(tmp_path / "binary"), setting="store.api_key_file")


def test_a_key_in_the_environment_is_no_setting_and_never_shows(home, monkeypatch):
    for variable in sorted(KEY_VARIABLES):
        assert given_key(variable) is None
        monkeypatch.setenv(variable, " c2VjcmV0 \n")
        assert given_key(variable).get_secret_value() == "c2VjcmV0"
        assert "c2VjcmV0" not in repr(given_key(variable))
        monkeypatch.setenv(variable, "  ")
        assert given_key(variable) is None
    assert load_settings(home) == Settings()
