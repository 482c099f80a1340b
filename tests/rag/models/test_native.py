"""A native build is used where it is whole and fits the processor, else it is said why not."""

from __future__ import annotations

import hashlib

import pytest

from rag.errors import ConfigurationError
from rag.models.native import RECORD, NativeBuild, choose, processor_flags, record, recorded

OURS = "processor : 0\nflags\t\t: fpu sse2 avx2 avx512f amx_int8 hypervisor\n"


@pytest.fixture
def cpuinfo(tmp_path):
    path = tmp_path / "cpuinfo"
    path.write_text(OURS)
    return path


@pytest.fixture
def built(tmp_path, cpuinfo):
    folder = tmp_path / "native"
    folder.mkdir()
    (folder / "llama-server-1").write_bytes(b"program")
    build = NativeBuild(
        program="llama-server-1",
        sha256=hashlib.sha256(b"program").hexdigest(),
        processor=processor_flags(cpuinfo),
        made_from="xllamacpp-1.tar.gz",
        made_from_sha256="0" * 64,
        version="version: 1",
        compiler="c++ 12",
        built="2026-05-31",
    )
    record(folder, build)
    return folder


def test_instruction_sets_are_told_from_other_marks(cpuinfo, tmp_path):
    assert processor_flags(cpuinfo) == ("amx_int8", "avx2", "avx512f", "sse2")
    arm = tmp_path / "arm"
    arm.write_text("Features : fp asimd sve2 i8mm crc32\n")
    assert processor_flags(arm) == ("asimd", "i8mm", "sve2")
    assert processor_flags(tmp_path / "gone") == ()


def test_a_whole_build_that_fits_is_chosen(built, cpuinfo):
    assert choose(built, cpuinfo=cpuinfo).program == built / "llama-server-1"


def test_no_build_is_no_mishap(tmp_path):
    chosen = choose(tmp_path / "none")
    assert (chosen.program, chosen.reason) == (None, "there is no native build")


def test_another_processor_is_named(built, cpuinfo):
    cpuinfo.write_text(OURS.replace("avx512f amx_int8", ""))
    chosen = choose(built, cpuinfo=cpuinfo)
    assert chosen.program is None
    assert "this one lacks amx_int8, avx512f" in chosen.reason


def test_a_newer_processor_of_the_kind_will_do(built, cpuinfo):
    cpuinfo.write_text(OURS.replace("avx2", "avx2 avx_vnni"))
    assert choose(built, cpuinfo=cpuinfo).program is not None


def test_a_changed_program_is_not_run(built, cpuinfo):
    (built / "llama-server-1").write_bytes(b"another")
    assert choose(built, cpuinfo=cpuinfo).reason == "the program of the native build was changed"
    (built / "llama-server-1").unlink()
    assert choose(built, cpuinfo=cpuinfo).reason == "the program of the native build is gone"


def test_a_record_cannot_point_elsewhere(built, cpuinfo, tmp_path):
    (tmp_path / "elsewhere").write_bytes(b"program")
    text = (built / RECORD).read_text()
    (built / RECORD).write_text(text.replace("llama-server-1", "../elsewhere"))
    assert choose(built, cpuinfo=cpuinfo).program is None


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"processor": 3}', '{"processor": [], "x": 1}'])
def test_a_spoilt_record_is_said(built, text):
    (built / RECORD).write_text(text)
    with pytest.raises(ConfigurationError, match="build-native"):
        recorded(built)
