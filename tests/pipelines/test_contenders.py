from __future__ import annotations

import pytest

from pipelines.build import open_installation
from pipelines.contenders import contenders
from pipelines.home import create_home
from rag.errors import ConfigurationError


@pytest.fixture
def inst(tmp_path):
    home = tmp_path / "home"
    create_home(home)
    (home / "ringfence.toml").write_text(
        '[generate]\nsentences = 3\n[model]\nruntime = "llama.cpp"\nname = "small"\nslots = 4\n'
    )
    return open_installation(home)


def written(tmp_path, name, text):
    file = tmp_path / name
    file.write_text(text)
    return file


def test_without_files_the_generators_of_the_settings_are_compared(inst):
    found = contenders(inst)
    assert [one.name for one in found] == ["extractive", "passage"]
    assert [one.settings.generate.kind for one in found] == ["extractive", "passage"]
    assert found[1].settings.generate.sentences == 3


def test_a_file_states_in_what_one_differs_and_the_rest_is_the_installations(inst, tmp_path):
    large = written(tmp_path, "large-70b.toml", '[model]\nname = "large"\n')
    quoted = written(tmp_path, "quoted.toml", '[generate]\nkind = "extractive"\n')
    first, second = contenders(inst, [large, quoted])
    assert (first.name, second.name) == ("large-70b", "quoted")
    model = first.settings.model
    assert (model.name, model.runtime, model.slots) == ("large", "llama.cpp", 4)
    assert first.settings.generate.kind == "model"
    assert second.settings.generate.kind == "extractive"
    assert second.settings.model.name == "small"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[retrieve]\ncandidates = 5\n", "states retrieve: it may hold"),
        ('tenant = "other"\n', "states tenant"),
        ("[model]\nslots = 0\n", "model.slots"),
        ('[model]\nsize = "8b"\n', "model.size"),
        ("[model\n", "not valid TOML"),
    ],
)
def test_what_is_not_its_own_to_state_is_refused(inst, tmp_path, text, wrong):
    with pytest.raises(ConfigurationError, match=wrong):
        contenders(inst, [written(tmp_path, "one.toml", text)])
