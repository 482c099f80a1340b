"""Questions that nothing answers put to the product's own search, and what judges them chosen."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from eval.abstention.cases import Put, put
from eval.abstention.choose import Seen, chosen_judge
from eval.abstention.results import Judged, Run, results
from eval.grounding.choose import digest_of
from eval.retrieval.cases import TENANT, Corpus, Part, QuestionSet
from eval.retrieval.readers import read_corpora
from eval.retrieval.run import ask
from pipelines.build import Installation, build_encoder
from pipelines.eval_redaction import build_measured_redactor
from pipelines.eval_retrieval import AS_IT_IS, ASKER, Bar
from pipelines.remembered import RememberedEmbedder
from pipelines.searched import Shapes, index_corpus, workplace
from pipelines.withheld import Withheld
from rag.chunk.sections import SectionChunker
from rag.errors import ConfigurationError
from rag.records import Vector
from rag.redact.names import NoNames
from rag.retrieve.enough import FILE, Judge, judge

_MOST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A question as it was put, and the signs of what was found; None where nothing was."""

    put: Put
    signs: Vector | None = field(repr=False)


def own_judge(inst: Installation) -> Path:
    """Return where an installation's own judge is kept."""
    return inst.home.path / FILE


def judge_of(inst: Installation) -> Judge:
    """Return the judge of an installation: its own, or the shipped one."""
    return judge(own_judge(inst))


def new_folder(inst: Installation) -> Path:
    """Return where the report of a measurement goes if nobody says."""
    return inst.home.runs / f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-abstention"


class Measuring:
    """One measurement of corpora that were read."""

    def __init__(
        self,
        inst: Installation,
        data: Sequence[Path],
        bar: Bar,
        *,
        cache: Path | None = None,
        most: int = _MOST,
    ) -> None:
        """Read what is measured.

        Args:
            inst: Whose encoder, search and judge are measured.
            data: Folders of questions.
            bar: Shows how far it is.
            cache: Keeps the vectors of passages.
            most: Questions of a half of each set besides contracts'.

        Raises:
            ConfigurationError: There are no folders, or one is of no known form.
        """
        if not data:
            raise ConfigurationError("--data names no folder: questions come from public data")
        self._inst = inst
        self._bar = bar
        self._most = most
        self._corpora = list(zip(read_corpora(data, Shapes()), data, strict=True))
        self._embedder = RememberedEmbedder(build_encoder(inst), cache)

    def judge(self, found: Iterable[Found]) -> Judge:
        """Choose what judges by questions of the half that may be looked at."""
        seen = [
            Seen(
                group=one.put.group,
                cluster=one.put.case.cluster,
                answered=one.put.answered,
                counted=one.put.counted,
                signs=one.signs,
            )
            for one in found
            if one.signs is not None
        ]
        if not any(one.answered for one in seen) or all(one.answered for one in seen):
            raise ConfigurationError(
                "there is nothing to choose by: of what nothing answers, or all"
            )
        data = digest_of([corpus.sha256 for corpus, _ in self._corpora])
        return chosen_judge(seen, data=data, when=f"{datetime.now(UTC):%Y-%m-%d}")

    def found(self, part: Part, *, fitting: bool = False) -> list[Found]:
        """Put the questions of a half of every corpus: those to fit on, or those that count."""
        wanted = [
            [
                one
                for one in put(corpus, path, part, self._most)
                if (one.fitted if fitting else one.counted)
            ]
            for corpus, path in self._corpora
        ]
        documents = sum(len(corpus.documents) for corpus, _ in self._corpora)
        self._bar.total(documents + sum(len(puts) for puts in wanted))
        return [
            one
            for (corpus, _), puts in zip(self._corpora, wanted, strict=True)
            for one in self._put(corpus, puts)
        ]

    def run(self, judge: Judge, part: Part) -> Run:
        """Measure a half, or all."""
        begun = time.perf_counter()
        started = datetime.now(UTC).isoformat()
        judged = [_judged(one, judge) for one in self.found(part)]
        return Run(
            started=started,
            seconds=round(time.perf_counter() - begun, 2),
            part=part.value,
            code_version=version("ringfence"),
            python_version=platform.python_version(),
            embedder=self._embedder.fingerprint,
            floor=judge.floor,
            judge=judge.data,
            fitted_on=judge.fitted_on,
            data={corpus.name: corpus.sha256 for corpus, _ in self._corpora},
            groups=results(judged, judge.floor),
        )

    def _put(self, corpus: Corpus, puts: Sequence[Put]) -> list[Found]:
        """Index a corpus and ask, each question with what is kept back from it."""
        redactor = build_measured_redactor(self._inst, NoNames(), AS_IT_IS)
        settings = self._inst.settings.retrieve
        found = []
        with workplace(self._inst.home.path) as place:
            indexed = index_corpus(
                self._inst,
                corpus,
                place / "plain",
                redactor=redactor,
                chunker=SectionChunker(self._inst.settings.chunk),
                embedder=self._embedder,
                step=self._bar.step,
            )
            asked = ask(
                _as_set(corpus, puts),
                indexed.texts.by_id,
                lambda text: redactor.redact_text(text, tenant=TENANT),
                ASKER,
            )
            with indexed.retriever(settings, Withheld) as (finder, index):
                for one, each in zip(puts, asked, strict=True):
                    index.targets = each.targets if one.withheld else ()
                    signs = finder.signs(each.question, within=each.within)
                    found.append(Found(put=one, signs=signs))
                    self._bar.step()
        return found


def _as_set(corpus: Corpus, puts: Sequence[Put]) -> QuestionSet:
    return replace(corpus.sets[0], cases=tuple(one.case for one in puts))


def _judged(one: Found, judge: Judge) -> Judged:
    return Judged(
        id=one.put.case.id,
        group=one.put.group,
        kind=one.put.case.kind,
        cluster=one.put.case.cluster,
        answered=one.put.answered,
        likely=0.0 if one.signs is None else judge.likelihood(one.signs),
    )
