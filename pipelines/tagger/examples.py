"""What the name model learns from: templates that were filled, and labelled documents.

Of labelled documents the training part alone is read. From each of them more are made by putting
other names in place of its own, so that the model learns how people write of names rather than
the names themselves.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from eval.redaction.kinds import TITLES
from eval.redaction.labels import Labelled, LabelledSpan, Mark
from eval.redaction.readers import read_corpora
from eval.redaction.split import Part
from pipelines.tagger.fillers import Filler, write
from pipelines.tagger.people import draw_person
from pipelines.tagger.template import LABELS, read_templates
from rag.redact.shadow import BLANK

Marked = tuple[int, int, str]

# One labelled document in so many is set aside to watch the training; it is no test set.
_WATCHED = 8

# The model's label for a kind of the labelled documents; other kinds are left to patterns.
_LEARNT = {label: label for label in LABELS.values()} | {
    "POSTAL_CODE": "STREET_ADDRESS",
    "DATE_OF_BIRTH": "DATE",
    "AGE_OVER_89": "AGE",
}
# What a label becomes where the corpus says that it tells nobody apart.
_HARMLESS = {"ORGANIZATION": "PUBLIC_BODY", "DEMOGRAPHIC": ""}
_TITLE = re.compile(rf"(?:(?:{'|'.join(sorted(TITLES))})\b\.?\s+)+", re.IGNORECASE)
_PATTERNED = re.compile(r"\S+@\S+\b|https?://\S+\b|\b\d[\d -]{5,}\d\b")
_INITIALS = re.compile(r"(?:[^\W\d_]\.[ -]?){1,4}(?=[^\W\d_]{2})")
_SWAPPED = frozenset({"PERSON", "LOCATION", "STREET_ADDRESS", "DATE", "AGE", "ORGANIZATION"})
# "Warsaw Regional Court": a town, and what there is in many towns.
_LOCAL = re.compile(
    r"\b(?!(?:Supreme|State|Federal|National|Constitutional|Higher?|Central|General|Military)\b)"
    r"[^\W\d_]{3,}(?:[/ -][^\W\d_]{3,})?(?= (?:Regional|District|Assize|Administrative|Social"
    r"|Labour|Civil|Criminal|Commercial|Magistrates|Municipal|City|Public|Chief|Provincial|Land"
    r"|County|Circuit|Crown|Appellate|Court|Prison|Remand|Hospital|University|Bar|Police|State"
    r"|Municipality|Governor|Prosecutor|Security|Medical|Penitentiary|Council|prosecutor|mayor)\b)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A text, and what the model should say of it."""

    text: str = field(repr=False)
    spans: tuple[Marked, ...]
    entities: tuple[str, ...] = field(default=(), repr=False)


def written(registers: Sequence[str], count: int, seed: int) -> Iterator[Example]:
    """Write texts from the templates of some registers, all templates equally often."""
    rng = Random(seed)  # noqa: S311  training text, no secret
    filler = Filler(seed)
    templates = [one for register in registers for one in read_templates(register)]
    order: list[str] = []
    for _ in range(count if templates else 0):
        if not order:
            order = rng.sample(templates, len(templates))
        text, spans = filler.fill(order.pop())
        yield Example(text=text, spans=tuple(spans))


def labelled(paths: Iterable[Path]) -> dict[str, list[Example]]:
    """Read the training part of labelled corpora, by name."""
    corpora = read_corpora(list(paths), part=Part.TRAINING)
    return {corpus.name: [_learnt(one) for one in corpus.documents] for corpus in corpora}


def apart(
    corpora: Mapping[str, Sequence[Example]],
) -> tuple[dict[str, list[Example]], dict[str, list[Example]]]:
    """Set some documents of the training part aside, by hash, to watch how training goes."""
    learnt: dict[str, list[Example]] = {}
    watched: dict[str, list[Example]] = {}
    for name, examples in corpora.items():
        for example in examples:
            # Another hash than the one that holds documents out: the two must not agree.
            number = int(hashlib.md5(example.text.encode(), usedforsecurity=False).hexdigest(), 16)
            side = learnt if number % _WATCHED else watched
            side.setdefault(name, []).append(example)
    return learnt, watched


def _learnt(document: Labelled) -> Example:
    """Take over the labels that the model learns; a title is a label of its own."""
    marked: list[tuple[Marked, str]] = []
    last = 0
    for span in sorted(document.spans, key=lambda one: (one.start, -one.end)):
        label = _LEARNT.get(span.kind)
        if label is None or span.start < last:
            continue
        marked += [(one, span.entity) for one in _parts(document.text, span, label)]
        last = span.end
    return Example(
        text=document.text,
        spans=tuple(span for span, _ in marked),
        entities=tuple(entity for _, entity in marked),
    )


def _parts(text: str, span: LabelledSpan, label: str) -> list[Marked]:
    if span.mark is Mark.NONE and label in _HARMLESS:
        other = _HARMLESS[label]
        return [(span.start, span.end, other)] if other else []
    title = _TITLE.match(text, span.start, span.end) if label == "PERSON" else None
    if title is None:
        return [(span.start, span.end, label)]
    end = span.start + len(title[0].rstrip())
    return [(span.start, end, "PERSON_TITLE"), (title.end(), span.end, label)]


def swapped(example: Example, rng: Random) -> Example:
    """Put other names in place of some of an example's; one entity keeps one name."""
    if rng.random() < 0.25:
        return example
    chosen: dict[tuple[str, str], str] = {}
    text, spans, at = "", [], 0
    for number, (start, end, label) in enumerate(example.spans):
        said = example.text[start:end]
        text += example.text[at:start]
        if label in _SWAPPED and rng.random() < 0.8:
            entity = example.entities[number] if example.entities else ""
            key = (entity or str(number), said)
            said = chosen.setdefault(key, _another(said, label, rng))
        spans.append((len(text), len(text) + len(said), label))
        text += said
        at = end
    return Example(text=text + example.text[at:], spans=tuple(spans))


def _another(said: str, label: str, rng: Random) -> str:
    """Return something else of the same kind, written in the same way."""
    if label == "PERSON":
        if len(said.replace(".", "").replace(" ", "")) < 3:  # initials stay
            return said
        form = "initial_last" if _INITIALS.match(said) else ""
        if " " not in said.strip():
            form = rng.choice(("first", "last"))
        made = draw_person(rng).written(form, rng)
    elif label == "STREET_ADDRESS":
        if not re.search(r"[^\W\d_]", said):
            return "".join(str(rng.randrange(10)) if one.isdigit() else one for one in said)
        form = "multi" if "\n" in said else "street" if len(said) < 24 else ""
        made = write(rng, "ADDRESS", form)
    elif label == "ORGANIZATION":
        town = write(rng, "LOCATION", "")
        return _LOCAL.sub(lambda _: town, said, count=1)
    elif label == "LOCATION":
        made = write(rng, "LOCATION", "" if rng.random() < 0.75 else "country")
    else:  # dates and ages keep their form, other numbers
        return re.sub(r"\d", lambda one: str(rng.randrange(1, 10)) if one[0] != "0" else "0", said)
    if said.islower():
        return made.lower()
    return made.upper() if said.isupper() and len(said) > 4 else made


def _codes_blanked(example: Example) -> Example:
    """Blank what patterns find before the model reads: addresses of mail, long numbers."""
    text, at = "", 0
    spans: list[Marked] = []
    marks = iter([*example.spans, (len(example.text), len(example.text), "")])
    start, end, label = next(marks)
    for match in _PATTERNED.finditer(example.text):
        while end <= match.start() and label:
            text, spans, at = _kept(example.text, text, spans, at, (start, end, label))
            start, end, label = next(marks)
        if match.end() <= start:
            text += example.text[at : match.start()] + BLANK
            at = match.end()
    while label:
        text, spans, at = _kept(example.text, text, spans, at, (start, end, label))
        start, end, label = next(marks)
    return Example(text=text + example.text[at:], spans=tuple(spans))


def _kept(
    source: str, text: str, spans: list[Marked], at: int, mark: Marked
) -> tuple[str, list[Marked], int]:
    """Copy a name, and what stands before it, behind what was made so far."""
    start, end, label = mark
    text += source[at:start]
    spans.append((len(text), len(text) + end - start, label))
    return text + source[start:end], spans, end


def blanked(example: Example, rng: Random) -> Example:
    """Take some names out as a first reading would, so that a second one stays calm near them."""
    if rng.random() < 0.5:
        return example
    if rng.random() < 0.5:
        return _codes_blanked(example)
    text, spans, at = "", [], 0
    share = rng.choice((0.3, 0.7, 1.0))
    for start, end, label in example.spans:
        text += example.text[at:start]
        at = end
        if rng.random() < share:
            text += BLANK
            continue
        spans.append((len(text), len(text) + end - start, label))
        text += example.text[start:end]
    return Example(text=text + example.text[at:], spans=tuple(spans))
