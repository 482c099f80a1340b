"""Put labelled documents to a redactor and score what it replaces."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from eval.redaction.labels import Corpus, Labelled
from eval.redaction.resampling import Measure, measures
from eval.redaction.scores import Counts, DocumentScore, score
from rag.errors import RedactionError
from rag.records import Finding

Find = Callable[[Labelled], Sequence[Finding]]
"""Returns what of a document's text is replaced, or raises `RedactionError`."""

Step = Callable[[], None]

# What labels of direct identifiers alone can say.
_OF_DIRECT = ("direct", "leak")


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusResult:
    """How well a corpus was redacted. `failed` documents would not have been indexed."""

    corpus: Corpus
    policy: str
    policy_hash: str
    redactor: str
    scores: tuple[DocumentScore, ...]
    failed: tuple[str, ...]
    characters: int
    measures: Mapping[str, Measure]
    kinds: Mapping[str, Measure]

    @property
    def marked(self) -> bool:
        """Whether the labels themselves say what identifies directly."""
        return any(document.marked for document in self.corpus.documents)


def evaluate(
    find: Find,
    corpus: Corpus,
    *,
    policy: str = "",
    policy_hash: str = "",
    redactor: str = "",
    step: Step = lambda: None,
) -> CorpusResult:
    """Redact and score every document of a corpus; `redactor` and the hash are for the record."""
    scores = []
    failed = []
    for document in corpus.documents:
        try:
            found = find(document)
        except RedactionError:
            failed.append(document.id)
        else:
            one = score(document, found)
            scores.append(one if corpus.complete else _of_labels(one))
        step()
    return CorpusResult(
        corpus=corpus,
        policy=policy,
        policy_hash=policy_hash,
        redactor=redactor,
        scores=tuple(scores),
        failed=tuple(failed),
        characters=sum(len(document.text) for document in corpus.documents),
        measures=measures([one.measures for one in scores]),
        kinds=measures([one.kinds for one in scores]),
    )


def _of_labels(one: DocumentScore) -> DocumentScore:
    """Return a score without what only complete labels can say."""
    return replace(
        one,
        measures={name: one.measures[name] for name in _OF_DIRECT},
        kinds={
            kind: Counts(gold=counts.gold, hit=counts.hit)
            for kind, counts in one.kinds.items()
            if counts.gold
        },
        excesses=(),
    )
