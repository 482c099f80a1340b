from __future__ import annotations

import numpy as np

from eval.abstention.grow import Examples, folds, grown
from rag.retrieve.enough import Judge
from rag.retrieve.signs import NAMES


def examples(count=400, *, weights=None):
    """Answered where the third sign is above a half; the others say nothing."""
    random = np.random.default_rng(1)
    signs = random.uniform(size=(count, len(NAMES)))
    weights = np.ones(count) if weights is None else weights
    return Examples(signs=signs, answered=signs[:, 2] > 0.5, weights=weights)


def likelihoods(trees, rows):
    judge = Judge(trees=trees, floor=0, data="", fitted_on={}, chosen="")
    return judge.likelihoods(list(rows))


def test_trees_find_the_sign_that_tells():
    likely = likelihoods(grown(examples(), trees=30), examples().signs[:100])
    right = examples().answered[:100]
    assert likely[right].min() > likely[~right].max() - 0.3
    assert likely[right].mean() - likely[~right].mean() > 0.3


def test_every_walk_ends_and_the_same_examples_grow_the_same_trees():
    trees = grown(examples(), trees=5)
    assert all(tree.sound for tree in trees)
    assert trees == grown(examples(), trees=5)


def test_examples_that_weigh_more_decide():
    given = examples(60)
    heavy = Examples(
        signs=np.zeros_like(given.signs),
        answered=given.answered,
        weights=np.where(given.answered, 3.0, 1.0),
    )
    [tree] = grown(heavy, trees=1)
    answered, others = 3 * given.answered.sum(), (~given.answered).sum()
    assert tree.signs == (-1,)
    assert abs(tree.limits[0] - answered / (answered + others)) < 1e-3


def test_folds_keep_together_what_belongs_together():
    clusters = ["a", "b", "a", "c", "d", "e", "b"]
    found = folds(clusters)
    assert (np.sum(found, axis=0) == 1).all()
    for fold in found:
        inside = {name for name, held in zip(clusters, fold, strict=True) if held}
        outside = {name for name, held in zip(clusters, fold, strict=True) if not held}
        assert not inside & outside
