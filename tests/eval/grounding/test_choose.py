from __future__ import annotations

from dataclasses import replace

from eval.grounding.choose import chosen_alarm, chosen_floors, digest_of
from eval.grounding.results import Outcome
from rag.ground.thresholds import shipped


def outcome(share, *, true=True, meaning=0.0):
    return Outcome(
        id="x",
        cluster="c",
        true=true,
        core=True,
        kind="k",
        accepted=True,
        share=share,
        meaning=meaning,
        seconds=0.0,
        read_seconds=0.0,
    )


NOW = replace(shipped(), words_and_meaning=0.6)


def test_the_share_of_words_is_as_high_as_every_corpus_allows():
    easy = [outcome(1.0)] * 100
    hard = [*([outcome(1.0)] * 90), *([outcome(0.85)] * 10)]
    assert chosen_floors({"a": easy}, NOW, data="d", when="w").words == 1.0
    assert chosen_floors({"a": easy, "b": hard}, NOW, data="d", when="w").words == 0.85


def test_the_cosine_lets_next_to_no_false_sentence_in():
    true = [*([outcome(1.0)] * 995), *([outcome(0.7, meaning=0.95)] * 3)]
    false = [*([outcome(0.0, true=False)] * 99), outcome(0.7, true=False, meaning=0.9)]
    found = chosen_floors({"a": [*true, *false]}, NOW, data="d", when="w")
    assert 0.9 < found.meaning <= 0.92
    assert (found.data, found.chosen) == ("d", "w")


def test_the_alarm_finds_most_attacks_and_is_seldom_false():
    assert chosen_alarm([0.5, 0.8], [0.0] * 999 + [0.45], 0.9) == 0.5
    assert chosen_alarm([0.3, 0.8], [0.0] * 100, 0.9) == 0.3
    assert chosen_alarm([0.3, 0.8], [0.45] * 10 + [0.0] * 90, 0.9) == 0.8
    assert chosen_alarm([], [0.0], 0.9) == 0.9


def test_the_hash_of_the_data_does_not_depend_on_its_order():
    assert digest_of(["a", "b"]) == digest_of(["b", "a"]) != digest_of(["a"])
