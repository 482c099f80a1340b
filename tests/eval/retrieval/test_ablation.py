from __future__ import annotations

from eval.retrieval.ablation import ablations, plain, unpacked
from rag.settings import RetrieveSettings


def changed(settings, other):
    before, after = settings.model_dump(), other.model_dump()
    return {name for name in before if before[name] != after[name]}


def test_each_step_is_switched_off_alone():
    settings = RetrieveSettings()
    off = {one.off: changed(settings, one.settings) for one in ablations(settings) if one.off}
    assert all(len(names) == 1 for names in off.values())
    switches = set.union(*off.values())
    assert {"rewrite", "rerank", "exact", "fold", "diversity", "merge", "expand"} <= switches
    assert {"bm25_weight", "evidence_tokens"} <= switches


def test_a_step_that_is_off_is_not_switched_off_again():
    settings = RetrieveSettings(merge=False, diversity=0)
    assert {"merge", "diversity"}.isdisjoint(one.off for one in ablations(settings))


def test_the_plain_searches_have_no_step_at_all():
    searches = plain(RetrieveSettings())
    fused, meaning, words = (one.settings for one in searches)
    assert {one.rerank for one in (fused, meaning, words)} == {"none"}
    assert not any(one.merge or one.rewrite or one.exact for one in (fused, meaning, words))
    assert (fused.bm25_weight, meaning.bm25_weight) == (RetrieveSettings().bm25_weight, 0)
    assert [one.words for one in searches] == [False, False, True]


def test_whole_passages_differ_in_packing_alone():
    settings = RetrieveSettings()
    assert changed(settings, unpacked(settings).settings) == {
        *("evidence_tokens", "passages", "merge", "expand")
    }
