from __future__ import annotations

import pytest

from rag.precision import choose


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("flags : fpu avx512_bf16 sse", "bfloat16"),
        ("flags : fpu amx_bf16", "bfloat16"),
        ("flags : fpu avx512f avx512bw", "float32"),
        ("flags : avx512_bf16x", "float32"),
    ],
)
def test_bfloat16_is_chosen_where_the_processor_has_it(tmp_path, flags, expected):
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(flags, encoding="utf-8")
    assert choose("auto", cpuinfo) == expected


def test_a_machine_that_does_not_tell_gets_float32(tmp_path):
    assert choose("auto", tmp_path / "absent") == "float32"


@pytest.mark.parametrize("wanted", ["float32", "bfloat16"])
def test_what_is_set_is_taken(tmp_path, wanted):
    assert choose(wanted, tmp_path / "absent") == wanted
