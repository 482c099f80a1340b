"""Grounding and the shield put to public data, and their floors chosen on it."""

from __future__ import annotations

import platform
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from eval.grounding import injection
from eval.grounding.cases import Source
from eval.grounding.choose import chosen_alarm, chosen_floors, digest_of
from eval.grounding.injection import (
    Asked,
    Attacks,
    clean_sentences,
    is_attacks,
    read_attacks,
    shielded,
)
from eval.grounding.measure import (
    featured,
    ideal_statements,
    judged,
    of_part,
    result,
    statements_of,
)
from eval.grounding.obeyed import answers_of, obedience
from eval.grounding.results import CorpusResult, Obedience, Run, ShieldResult
from eval.grounding.sources import ideal_answers, refuse_unknown, sources
from eval.retrieval.cases import Corpus, Part
from eval.retrieval.readers import read_corpora
from pipelines.build import Installation, build_encoder, build_register
from pipelines.build_answers import build_answerer
from pipelines.eval_redaction import build_measured_redactor
from pipelines.eval_retrieval import AS_IT_IS, Bar
from pipelines.own_corpora import own_corpora
from pipelines.searched import Shapes, own_searches
from rag.errors import ConfigurationError
from rag.ground.instructions import suspicion
from rag.ground.judge import Meaning
from rag.ground.meaning import EncoderMeaning
from rag.ground.thresholds import FILE, Thresholds, thresholds
from rag.redact.names import NoNames

_MOST = 250
_AROUND = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What is measured: corpora with true sentences, and attacks."""

    corpora: tuple[tuple[Corpus, Path], ...] = field(repr=False)
    attacks: tuple[Attacks, ...] = field(repr=False)
    notes: Mapping[str, Sequence[str]] = field(repr=False)


def own_thresholds(inst: Installation) -> Path:
    """Return where an installation's own floors are kept."""
    return inst.home.path / FILE


def new_folder(inst: Installation) -> Path:
    """Return where the report of a measurement goes if nobody says."""
    return inst.home.runs / f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-grounding"


def read_data(data: Sequence[Path]) -> Measured:
    """Read folders, those of attacks apart.

    Raises:
        ConfigurationError: There are none, or one is of no known form.
    """
    if not data:
        raise ConfigurationError("--data names no folder: sentences are made of public data")
    plain = [path for path in data if not is_attacks(path)]
    corpora = read_corpora(plain, Shapes())
    refuse_unknown(corpora)
    notes = [one.parsed.text for one in own_corpora().parsed.values()]
    return Measured(
        corpora=tuple(zip(corpora, plain, strict=True)),
        attacks=tuple(read_attacks(path) for path in data if is_attacks(path)),
        notes={"notes": notes},
    )


class Measuring:
    """One measurement of data that was read."""

    def __init__(
        self,
        inst: Installation,
        data: Measured,
        bar: Bar,
        *,
        most: int = _MOST,
        plain: bool = False,
        answering: Sequence[str] = (),
    ) -> None:
        """Take note of what is measured.

        Args:
            inst: Whose encoder, floors and models are measured.
            data: What was read.
            bar: Shows how far it is.
            most: True sentences of each corpus.
            plain: Ground without the encoder.
            answering: Generators that answer from letters with attacks in them.
        """
        self._inst = inst
        self._data = data
        self._bar = bar
        self._most = most
        self._answering = answering
        encoder = build_encoder(inst)
        self._meaning: Meaning | None = None if plain else EncoderMeaning(encoder)
        self._named = "" if plain else encoder.fingerprint

    def floors(self, now: Thresholds) -> Thresholds:
        """Choose floors on the half that may be looked at."""
        by_corpus = {}
        for corpus, _ in self._data.corpora:
            made = statements_of(self._sources(corpus, Part.TUNE))
            self._bar.total(len(made))
            by_corpus[corpus.name] = featured(made, now, self._meaning, self._bar.step)
        hashes = [
            *(corpus.sha256 for corpus, _ in self._data.corpora),
            *(one.sha256 for one in self._data.attacks),
        ]
        made_on = f"{datetime.now(UTC):%Y-%m-%d}"
        found = chosen_floors(by_corpus, now, data=digest_of(hashes), when=made_on)
        scores = [
            suspicion(text)[0]
            for attacks in self._data.attacks
            for _, text in injection.of_part(attacks, Part.TUNE)
        ]
        clean = [suspicion(text)[0] for texts in self._clean(Part.TUNE).values() for text in texts]
        alarm = chosen_alarm(scores, clean, now.instruction)
        return Thresholds(**{**asdict(found), "instruction": alarm})

    def run(self, floors: Thresholds, part: Part) -> Run:
        """Measure a half, or all."""
        begun = time.perf_counter()
        started = datetime.now(UTC).isoformat()
        corpora = tuple(
            self._corpus(corpus, path, floors, part) for corpus, path in self._data.corpora
        )
        return Run(
            started=started,
            seconds=round(time.perf_counter() - begun, 2),
            part=part.value,
            code_version=version("ringfence"),
            python_version=platform.python_version(),
            meaning=self._named,
            thresholds=asdict(floors),
            corpora=corpora,
            shield=self._shield(floors, part),
        )

    def _corpus(self, corpus: Corpus, path: Path, floors: Thresholds, part: Part) -> CorpusResult:
        found = self._sources(corpus, part)
        made = statements_of(found)
        ideal = list(ideal_statements(of_part(ideal_answers(path, corpus), part)[: self._most]))
        self._bar.total(len(made) + len(ideal))
        outcomes = judged(made, floors, self._meaning, self._bar.step)
        accepted = judged(ideal, floors, self._meaning, self._bar.step)
        return result(corpus, found, outcomes, accepted)

    def _sources(self, corpus: Corpus, part: Part) -> list[Source]:
        return of_part(sources(corpus, 4 * self._most), part)[: self._most]

    def _shield(self, floors: Thresholds, part: Part) -> tuple[ShieldResult, ...]:
        carriers = {name: list(texts) for name, texts in self._data.notes.items()}
        for corpus, _ in self._data.corpora:
            if corpus.documents[0].source == "contracts":
                carriers["contracts"] = [one.parsed.text for one in corpus.documents]
        return tuple(
            replace(
                shielded(attacks, carriers, self._clean(part), part, floors.instruction),
                obedience=tuple(self._obedience(attacks, name, part) for name in self._answering),
            )
            for attacks in self._data.attacks
        )

    def _obedience(self, attacks: Attacks, name: str, part: Part) -> Obedience:
        """Let a generator answer, with the checks on what it says."""
        as_it_is = build_measured_redactor(self._inst, NoNames(), AS_IT_IS)
        carriers = [texts for texts in (attacks.asked, _own_passages()) if texts]
        self._bar.total(answers_of(attacks, carriers, part))
        with closing(build_register(self._inst)) as register:
            answerer = build_answerer(self._inst, build_encoder(self._inst), register, name)
            with closing(answerer):
                return obedience(
                    attacks,
                    carriers,
                    answerer,
                    part,
                    lambda text: as_it_is.redact_text(text, tenant="measured"),
                    self._bar.step,
                )

    def _clean(self, part: Part) -> dict[str, list[str]]:
        """Return sentences in which nothing was planted, by where they stand; a half of each."""
        texts = {name: list(found) for name, found in self._data.notes.items()}
        for corpus, _ in self._data.corpora:
            texts[corpus.name] = [one.parsed.text for one in corpus.documents]
        return {
            name: [text for text in clean_sentences(found) if injection.in_part(text, part)]
            for name, found in texts.items()
        }


def _own_passages() -> list[Asked]:
    """Return passages of the sample corpora with the question that each answers."""
    corpus = own_searches()
    texts = {one.id: one.parsed.text for one in corpus.documents}
    found = []
    for case in corpus.sets[0].cases:
        gold = case.targets[0]
        text = texts[gold.document_id][max(0, gold.start - _AROUND) : gold.end + _AROUND]
        found.append(Asked(text=text, question=case.question))
    return found


def floors_of(inst: Installation) -> Thresholds:
    """Return the floors of an installation: its own, or the shipped ones."""
    return thresholds(own_thresholds(inst))
