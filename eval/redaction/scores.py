"""What redaction got right in one document, as counts that add up over documents.

Measures, each a `Counts`:

- `any 0.75`, `any 0.5`: by span, kinds ignored. Labels and redactions are trimmed of white space
  and punctuation, and neighbours with no word between become one. A label is found when the
  redactions that overlap it share at least that part of all characters of both (intersection
  over union); a redaction is right when it had a part in finding one.
- `kind 0.75`, `kind 0.5`: the same, of one family; `exact`: one redaction, the same characters.
- `characters`: letters and digits in what has to go. `labelled`: in anything that is labelled.
- `entities`, `direct`, `quasi`: an entity is found when every letter and digit of all its
  mentions is redacted, titles before a name apart. A mention's entity has its strictest mark.
- `leak`: whether any direct identifier of the document is not.
- `over`: letters and digits labelled as needing no redaction that were redacted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from eval.redaction.kinds import TITLES, agree, family, is_direct
from eval.redaction.labels import Labelled, LabelledSpan, Mark
from eval.redaction.ranges import Range, joined, overlap
from rag.records import Finding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Letters: TypeAlias = "NDArray[np.bool_]"

THRESHOLDS = (0.75, 0.5)
# Measures that count labels alone: there is nothing to be precise about.
ONLY_RECALL = frozenset({"entities", "direct", "quasi", "leak", "over"})
_ANY = "PII"
_FIRST_WORD = re.compile(r"\W*(\w+)[.\s]*")
_STRICTNESS = {Mark.NONE: 0, Mark.UNSAID: 1, Mark.QUASI: 2, Mark.DIRECT: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """`hit` of `gold` labels were found; `right` of `predicted` redactions had a reason."""

    gold: int = 0
    hit: int = 0
    predicted: int = 0
    right: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A label of which something was left, and how much: letters and digits."""

    document: str
    kind: str
    mark: Mark
    start: int
    end: int
    letters: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """A redaction of something that no label asks for."""

    document: str
    kind: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentScore:
    """One document's counts by measure and by kind, and what went wrong in it."""

    id: str
    measures: Mapping[str, Counts]
    kinds: Mapping[str, Counts]
    misses: tuple[Miss, ...]
    excesses: tuple[Excess, ...]


def score(document: Labelled, found: Sequence[Finding]) -> DocumentScore:
    """Compare what was redacted in a document with its labels."""
    view = _View(document, found)
    needed = [span for span in document.spans if span.mark is not Mark.NONE]
    measures = _span_measures(document.text, needed, found)
    measures["characters"] = view.characters(needed)
    measures["labelled"] = view.characters(document.spans)
    measures |= _entity_measures(document, view)
    return DocumentScore(
        id=document.id,
        measures=measures,
        kinds=_by_kind(needed, found, view),
        misses=tuple(view.misses(needed)),
        excesses=tuple(view.excesses(needed)),
    )


class _View:
    """The letters and digits of a document, and which of them were redacted."""

    def __init__(self, document: Labelled, found: Sequence[Finding]) -> None:
        import numpy as np

        self._document = document
        self._found = found
        text = document.text
        self.letters: Letters = np.fromiter(map(str.isalnum, text), bool, len(text))
        self.redacted = self._inside(found) & self.letters

    def characters(self, spans: Iterable[LabelledSpan]) -> Counts:
        """Count the letters and digits inside spans against those redacted."""
        gold = self._inside(spans) & self.letters
        both = int((gold & self.redacted).sum())
        predicted = int(self.redacted.sum())
        return Counts(gold=int(gold.sum()), hit=both, predicted=predicted, right=both)

    def left(self, span: LabelledSpan) -> int:
        """Return how many letters and digits of a span were left, titles before a name apart."""
        start = span.start
        if span.kind == "PERSON":
            start = _behind_titles(self._document.text, span)
        open_ = self.letters[start : span.end] & ~self.redacted[start : span.end]
        return int(open_.sum())

    def misses(self, spans: Iterable[LabelledSpan]) -> Iterable[Miss]:
        """Return the spans of which something was left."""
        for span in spans:
            if left := self.left(span):
                yield Miss(
                    document=self._document.id,
                    kind=span.kind,
                    mark=span.mark,
                    start=span.start,
                    end=span.end,
                    letters=int(self.letters[span.start : span.end].sum()),
                    left=left,
                )

    def excesses(self, spans: Iterable[LabelledSpan]) -> Iterable[Excess]:
        """Return the redactions that touch no span."""
        gold = self._inside(spans) & self.letters
        for one in self._found:
            if not gold[one.start : one.end].any():
                yield Excess(
                    document=self._document.id,
                    kind=one.kind,
                    start=one.start,
                    end=one.end,
                    score=one.score,
                )

    def _inside(self, spans: Iterable[LabelledSpan | Finding]) -> Letters:
        import numpy as np

        inside = np.zeros(len(self._document.text), dtype=bool)
        for span in spans:
            inside[span.start : span.end] = True
        return inside


def _behind_titles(text: str, span: LabelledSpan) -> int:
    """Return where a name begins behind its titles; a title alone is a name after all."""
    start = span.start
    while match := _FIRST_WORD.match(text, start, span.end):
        if match[1].lower() not in TITLES or match.end() >= span.end:
            break
        start = match.end()
    return start


def _span_measures(
    text: str, spans: Sequence[LabelledSpan], found: Sequence[Finding]
) -> dict[str, Counts]:
    any_gold = joined(text, (Range(one.start, one.end, _ANY) for one in spans))
    any_found = joined(text, (Range(one.start, one.end, _ANY) for one in found))
    gold = joined(text, (Range(one.start, one.end, family(one.kind)) for one in spans))
    kinds = joined(text, (Range(one.start, one.end, family(one.kind)) for one in found))
    measures = {f"any {bar:g}": _matched(any_gold, any_found, bar) for bar in THRESHOLDS}
    measures |= {f"kind {bar:g}": _matched(gold, kinds, bar) for bar in THRESHOLDS}
    measures["exact"] = _exact(gold, kinds)
    return measures


def _matched(gold: Sequence[Range], found: Sequence[Range], bar: float) -> Counts:
    """Count the labels that redactions cover together, and the redactions that helped."""
    hit = 0
    right: set[Range] = set()
    for label in gold:
        near = [
            one
            for one in found
            if one.start < label.end and label.start < one.end and agree(label.family, one.family)
        ]
        if near and overlap(label, near) >= bar:
            hit += 1
            right.update(near)
    return Counts(gold=len(gold), hit=hit, predicted=len(found), right=len(right))


def _exact(gold: Sequence[Range], found: Sequence[Range]) -> Counts:
    """Count the labels for which one redaction has the same characters and family."""
    at = {(one.start, one.end): one for one in found}
    pairs = [
        (label, one)
        for label in gold
        if (one := at.get((label.start, label.end))) and agree(label.family, one.family)
    ]
    return Counts(
        gold=len(gold),
        hit=len(pairs),
        predicted=len(found),
        right=len({one for _, one in pairs}),
    )


def _entity_measures(document: Labelled, view: _View) -> dict[str, Counts]:
    """Count entities whose every mention is covered, and documents that leak a direct one."""
    entities: dict[str, list[LabelledSpan]] = {}
    for number, span in enumerate(document.spans):
        entities.setdefault(span.entity or f"\0{number}", []).append(span)
    covered: dict[str, list[bool]] = {"entities": [], "direct": [], "quasi": []}
    for mentions in entities.values():
        weight = _weight(mentions)
        if weight is Mark.NONE:
            continue
        safe = not any(view.left(span) for span in mentions)
        covered["entities"].append(safe)
        covered[weight.value].append(safe)
    measures = {name: Counts(gold=len(safe), hit=sum(safe)) for name, safe in covered.items()}
    direct = covered["direct"]
    measures["leak"] = Counts(gold=int(bool(direct)), hit=int(not all(direct)))
    harmless = [span for span in document.spans if span.mark is Mark.NONE]
    if harmless:
        over = view.characters(harmless)
        measures["over"] = Counts(gold=over.gold, hit=over.hit)
    return measures


def _weight(mentions: Sequence[LabelledSpan]) -> Mark:
    """Return the strictest mark of an entity; where none is said, its kind decides."""
    mark = max((span.mark for span in mentions), key=_STRICTNESS.__getitem__)
    if mark is not Mark.UNSAID:
        return mark
    return Mark.DIRECT if any(is_direct(span.kind) for span in mentions) else Mark.QUASI


def _by_kind(
    spans: Sequence[LabelledSpan], found: Sequence[Finding], view: _View
) -> dict[str, Counts]:
    """Count by kind: labels that are wholly covered, and redactions that touch a label."""
    gold: dict[str, list[bool]] = {}
    for span in spans:
        gold.setdefault(span.kind, []).append(view.left(span) == 0)
    unneeded = {(one.kind, one.start, one.end) for one in view.excesses(spans)}
    needed: dict[str, list[bool]] = {}
    for one in found:
        needed.setdefault(one.kind, []).append((one.kind, one.start, one.end) not in unneeded)
    return {
        kind: Counts(
            gold=len(gold.get(kind, ())),
            hit=sum(gold.get(kind, ())),
            predicted=len(needed.get(kind, ())),
            right=sum(needed.get(kind, ())),
        )
        for kind in sorted(gold.keys() | needed.keys())
    }
