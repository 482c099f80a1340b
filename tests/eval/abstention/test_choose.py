from __future__ import annotations

import numpy as np

from eval.abstention.choose import Seen, chosen_floor, chosen_judge
from rag.retrieve.signs import NAMES


def test_the_floor_is_the_highest_that_keeps_the_precision():
    likely = np.asarray([0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    answered = np.asarray([False, False, False, True, True, True])
    assert chosen_floor(likely, answered, np.ones(6)) == 0.4


def test_weights_count_in_the_precision():
    likely = np.asarray([0.1, 0.2, 0.3])
    answered = np.asarray([False, True, True])
    assert chosen_floor(likely, answered, np.asarray([9.0, 1.0, 1.0])) == 0.3


def test_where_nothing_is_precise_nothing_is_abstained_from():
    answered = np.ones(4, dtype=np.bool_)
    assert chosen_floor(np.arange(4) / 4, answered, np.ones(4)) == 0.0


def test_a_judge_tells_what_the_questions_tell_and_names_their_sets():
    random = np.random.default_rng(3)
    seen = []
    for n in range(160):
        signs = random.uniform(size=len(NAMES)).astype(np.float32)
        answered = bool(signs[0] > 0.5)
        seen.append(
            Seen(
                group="made: empty cells" if n % 2 else "made: withheld",
                cluster=f"document {n // 4}",
                answered=answered,
                counted=n % 4 != 0,
                signs=signs,
            )
        )
    made = chosen_judge(seen, data="d" * 64, when="2026-11-21")
    assert made.fitted_on == {"made: withheld": 80, "made: empty cells": 80}
    assert 0.1 < made.floor < 0.9
    there, not_there = np.full(len(NAMES), 0.5, np.float32), np.full(len(NAMES), 0.5, np.float32)
    there[0], not_there[0] = 0.95, 0.05
    assert made.likelihood(there) > made.floor > made.likelihood(not_there)
