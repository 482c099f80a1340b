"""Questions with known evidence put to the product's own search, step by step."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from eval.retrieval.ablation import Configuration, ablations, as_configured, plain, unpacked
from eval.retrieval.cases import TENANT, Corpus, Part, QuestionSet, of_part
from eval.retrieval.cost import RedactionCost, cost
from eval.retrieval.packing import whole_passages
from eval.retrieval.readers import read_corpora
from eval.retrieval.results import (
    Run,
    SetResult,
    average,
    difference_of,
    kinds_of,
    metrics_of,
    packing_of,
    percentile,
)
from eval.retrieval.run import Asked, CaseScore, Finder, Placed, ask, measure
from pipelines.build import (
    Installation,
    build_encoder,
    build_names,
    build_policies,
    settings_hash,
)
from pipelines.eval_redaction import build_measured_redactor
from pipelines.remembered import RememberedEmbedder
from pipelines.searched import Indexed, Shapes, index_corpus, own_searches, workplace
from rag.chunk.sections import SectionChunker
from rag.errors import ConfigurationError
from rag.records import Evidence, Principal, Question
from rag.redact.engine import PresidioRedactor
from rag.redact.names import NoNames
from rag.redact.policy import Action, Policy, Rule
from rag.settings import RetrieveSettings
from rag.store.filters import Filter

ASKER = Principal(tenant=TENANT, id="measurement", groups=frozenset())
AS_IT_IS = Policy(name="as it is", version="1", default=Rule(action=Action.KEEP), rules={})


class Bar(Protocol):
    """Shows how far a measurement is."""

    def total(self, count: int) -> None:
        """Say how many documents and questions there are."""

    def step(self) -> None:
        """Say that one more is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What is measured besides the ranking: each step, and what redaction costs."""

    ablate: bool = False
    redact: bool = False


def measure_retrieval(
    inst: Installation,
    data: Sequence[Path],
    *,
    part: Part,
    asking: Asking,
    cache: Path | None,
    bar: Bar,
) -> Run:
    """Index corpora, the sample ones if none are given, and put their questions.

    The documents are indexed as they are, and redacted besides where that is asked for.
    """
    begun = time.perf_counter()
    started = datetime.now(UTC).isoformat()
    corpora = [_half(one, part) for one in _corpora(data)]
    measuring = _Measuring(inst, asking, RememberedEmbedder(build_encoder(inst), cache), bar)
    bar.total(sum(measuring.steps(corpus) for corpus in corpora))
    results = [result for corpus in corpora for result in measuring.corpus(corpus)]
    return Run(
        started=started,
        seconds=round(time.perf_counter() - begun, 2),
        part=part.value,
        code_version=version("ringfence"),
        python_version=platform.python_version(),
        settings_hash=settings_hash(inst.settings),
        retrieve=inst.settings.retrieve.model_dump(),
        embedder=measuring.embedder.fingerprint,
        chunker=measuring.chunker.fingerprint,
        policy=inst.settings.redact.policy if asking.redact else "",
        redactor=measuring.redactor.fingerprint if measuring.redactor else "",
        question_milliseconds=measuring.embedder.question_milliseconds,
        results=tuple(results),
    )


def new_folder(inst: Installation) -> Path:
    """Return where the report of a measurement goes if nobody says."""
    return inst.home.runs / f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-retrieval"


class _Measuring:
    """What all corpora of a run share."""

    def __init__(
        self, inst: Installation, asking: Asking, embedder: RememberedEmbedder, bar: Bar
    ) -> None:
        self._inst = inst
        self._asking = asking
        self._bar = bar
        self._settings: RetrieveSettings = inst.settings.retrieve
        self.embedder = embedder
        self.chunker = SectionChunker(inst.settings.chunk)
        self.redactor = _default_redactor(inst) if asking.redact else None

    def steps(self, corpus: Corpus) -> int:
        """Return how many documents and questions a corpus will be."""
        rounds = 1 + self._asking.redact
        asked = rounds + 1 + len(self._others())
        return rounds * len(corpus.documents) + asked * sum(len(s.cases) for s in corpus.sets)

    def corpus(self, corpus: Corpus) -> Iterator[SetResult]:
        """Index a corpus and measure its sets."""
        with workplace(self._inst.home.path) as place:
            as_it_is = build_measured_redactor(self._inst, NoNames(), AS_IT_IS)
            indexed = self._index(corpus, place / "plain", as_it_is)
            results = [self._set(questions, indexed, as_it_is) for questions in corpus.sets]
            if self.redactor is None:
                yield from results
                return
            redacted = self._index(corpus, place / "redacted", self.redactor)
            for result in results:
                yield replace(result, cost=self._cost(result, redacted, self.redactor))

    def _index(self, corpus: Corpus, path: Path, redactor: PresidioRedactor) -> Indexed:
        return index_corpus(
            self._inst,
            corpus,
            path,
            redactor=redactor,
            chunker=self.chunker,
            embedder=self.embedder,
            step=self._bar.step,
        )

    def _set(
        self, questions: QuestionSet, indexed: Indexed, redactor: PresidioRedactor
    ) -> SetResult:
        asked = _asked(questions, indexed, redactor)
        with indexed.finder(as_configured(self._settings)) as finder:
            for one in asked:  # so that no ranking is timed with the embedding of its question
                self.embedder.embed_question(one.question.text)
                finder.ranked(one.question, within=one.within)
        scores = self._measured(as_configured(self._settings), questions, indexed, asked)
        whole = self._measured(unpacked(self._settings), questions, indexed, asked, whole=True)
        milliseconds = [1000 * one.seconds for one in scores]
        return SetResult(
            questions=questions,
            index=indexed.facts,
            scores=scores,
            metrics=metrics_of(questions, scores),
            kinds=kinds_of(questions, scores),
            milliseconds=average(milliseconds),
            slowest=percentile(milliseconds),
            evidence_milliseconds=average([1000 * one.packing_seconds for one in scores]),
            packing=packing_of(scores, whole),
            ablation=tuple(
                difference_of(
                    other, questions, self._measured(other, questions, indexed, asked), scores
                )
                for other in self._others()
            ),
        )

    def _others(self) -> list[Configuration]:
        return ablations(self._settings) if self._asking.ablate else plain(self._settings)

    def _measured(
        self,
        configuration: Configuration,
        questions: QuestionSet,
        indexed: Indexed,
        asked: Sequence[Asked],
        *,
        whole: bool = False,
    ) -> tuple[CaseScore, ...]:
        with indexed.finder(configuration) as opened:
            finder = _Whole(opened) if whole else opened
            return measure(finder, asked, questions, step=self._bar.step)

    def _cost(
        self, result: SetResult, redacted: Indexed, redactor: PresidioRedactor
    ) -> RedactionCost:
        questions = result.questions
        asked = _asked(questions, redacted, redactor)
        with redacted.finder(as_configured(self._settings)) as finder:
            scores = measure(finder, asked, questions, packed=False, step=self._bar.step)
        return cost(
            questions.metrics[0],
            result.scores,
            scores,
            asked,
            redacted.texts.by_id,
            failed=redacted.facts.failed,
        )


class _Whole:
    """A retriever whose evidence is cut to what packing is held against."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder

    def ranked(self, question: Question, *, within: Filter) -> Sequence[Placed]:
        """Return passages, best first."""
        return self._finder.ranked(question, within=within)

    def evidence(self, question: Question, *, within: Filter) -> list[Evidence]:
        """Return whole passages, as many as fit."""
        return whole_passages(self._finder.evidence(question, within=within))


def _corpora(data: Sequence[Path]) -> list[Corpus]:
    return read_corpora(data, Shapes()) if data else [own_searches()]


def _default_redactor(inst: Installation) -> PresidioRedactor:
    """The redactor of documents that no setting gives a policy of their own."""
    policy = build_policies(inst).named("")
    return build_measured_redactor(inst, build_names(inst), policy)


def _half(corpus: Corpus, part: Part) -> Corpus:
    """Return a corpus with the questions of a part; what is searched stays whole."""
    sets = tuple(of_part(questions, part) for questions in corpus.sets)
    if not all(questions.cases for questions in sets):
        raise ConfigurationError(f"{corpus.name} has no question in the part {part.value}")
    return replace(corpus, sets=sets)


def _asked(questions: QuestionSet, indexed: Indexed, redactor: PresidioRedactor) -> list[Asked]:
    return ask(
        questions,
        indexed.texts.by_id,
        lambda text: redactor.redact_text(text, tenant=TENANT),
        ASKER,
    )
