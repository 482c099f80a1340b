from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.embed.packing import OUTSIDE, directions, pack, rotated, similarities, unpack


def vectors(count, dimensions, seed=0):
    found = np.random.default_rng(seed).standard_normal((count, dimensions)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


@pytest.mark.parametrize("dimensions", [1, 8, 16, 24, 384, 385, 768])
def test_the_rotation_keeps_lengths_and_angles(dimensions):
    whole = rotated(np.eye(dimensions, dtype=np.float32))
    assert np.abs(whole @ whole.T - np.eye(dimensions)).max() < 1e-4


def test_the_rotation_is_the_same_everywhere():
    """Vectors packed on one machine are compared on another: these were made once and kept."""
    found = rotated(np.eye(24, dtype=np.float32)[:1])[0]
    assert np.round(found[:6] * np.sqrt(8) * 3, 3).tolist() == [-1.0, 2.0, 2.0, -1.0, 2.0, 2.0]


@given(st.integers(0, 40), st.sampled_from([8, 24, 30, 384]))
def test_what_is_packed_is_read_again(count, dimensions):
    turned = rotated(vectors(count, dimensions))
    starts = [(7 * n) % 900 for n in range(count)]
    tokens = unpack(pack(turned, starts), dimensions)
    assert len(tokens) == count
    assert tokens.starts.tolist() == starts
    signs = np.unpackbits(tokens.signs, axis=1, count=dimensions) if count else []
    assert np.array_equal(signs, turned >= 0) or count == 0


def test_a_token_takes_a_bit_a_dimension_and_two_bytes():
    assert len(pack(rotated(vectors(200, 384)), range(200))) == 200 * 50


def test_a_place_that_is_too_far_is_outside():
    assert unpack(pack(rotated(vectors(1, 8)), [70_000]), 8).starts.tolist() == [OUTSIDE]


def test_vectors_of_another_encoder_are_refused():
    with pytest.raises(ValueError, match="another encoder"):
        unpack(pack(rotated(vectors(3, 384)), range(3)), 768)


def test_packed_similarities_tell_near_from_far_as_whole_vectors_do():
    query = vectors(4, 384, seed=1)
    mixed = [w * query + (1 - w) * vectors(4, 384, seed=2) for w in (0.9, 0.6, 0.3, 0.0)]
    passages = [
        unpack(pack(rotated(m / np.linalg.norm(m, axis=1)[:, None]), range(4)), 384) for m in mixed
    ]
    found = similarities(rotated(query), passages)
    assert [one.shape for one in found] == [(4, 4)] * 4
    best = [float(one.max(axis=1).mean()) for one in found]
    assert best == sorted(best, reverse=True)
    assert best[0] > 0.7
    assert abs(best[3]) < 0.2


def test_passages_of_different_lengths_keep_their_own():
    lengths = (3, 1, 5)
    passages = [unpack(pack(rotated(vectors(n, 24, seed=n)), range(n)), 24) for n in lengths]
    together = similarities(rotated(vectors(2, 24)), passages)
    for passage, found in zip(passages, together, strict=True):
        [alone] = similarities(rotated(vectors(2, 24)), [passage])
        assert np.allclose(alone, found, atol=1e-5)


def test_nothing_is_like_nothing():
    assert similarities(rotated(vectors(2, 24)), []) == []
    empty = unpack(b"", 24)
    assert similarities(rotated(vectors(2, 24)), [empty])[0].shape == (2, 0)
    assert directions([empty], 24).tolist() == [[0.0] * 24]


def test_a_direction_is_a_unit_vector_near_what_the_tokens_say():
    one = vectors(1, 384, seed=3)
    near = one + 0.3 * vectors(20, 384, seed=4)
    passage = unpack(pack(rotated(near), range(20)), 384)
    [found] = directions([passage], 384)
    assert float(np.linalg.norm(found)) == pytest.approx(1.0, abs=1e-5)
    assert float(found @ rotated(one)[0]) > 0.7
