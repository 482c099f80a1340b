"""`TaggerNames`: the name model that comes with Ringfence, behind the port `NameModel`."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import ConfigurationError
from rag.fingerprint import code_of
from rag.records import Finding, Span
from rag.redact.shadow import BLANK
from rag.redact.tagger.words import COLUMNS, Vocabulary, Words, split

if TYPE_CHECKING:
    import numpy as np

PACKAGED = Path(__file__).with_name("weights")
WEIGHTS, CARD, PIECES = "tagger.safetensors", "card.json", "pieces.txt"

# What begins with a capital, unless nothing around does. A person's name may lack it, if clear.
_WRITTEN_LARGE = frozenset({"ORGANIZATION", "PUBLIC_BODY", "LOCATION", "STREET_ADDRESS"})
_AROUND = 15
_COMPASS = frozenset({"north", "south", "east", "west", "left", "right"})
_CLEAR = 0.9
_APART = 5
# Numbers alone are measures as often as dates: a year, a month, a weekday or a separator must tell.
_DATED = re.compile(
    r"\b(?:1[5-9]|20)\d\d(?:s\b|\b)|\d ?[/.:-] ?\d"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day|\b(?:today|tonight|yesterday|tomorrow|noon|midnight"
    r"|morning|evening|afternoon|century|centuries|easter|christmas|spring|summer|autumn|winter)\b",
    re.IGNORECASE,
)

# Words read at a time: enough to keep the processor busy, few enough for its caches.
_AT_ONCE = 2_048

# A word counts as a part of a name from this probability on. Near what was blanked the model is a
# little less sure of itself, so more is asked: else one name taken out would pull others along.
FLOOR = 0.12
FLOOR_NEAR_BLANK = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loaded:
    """What is in memory once the model was used."""

    vocabulary: Vocabulary
    network: Any  # rag.redact.tagger.network.Tagger: torch is imported on first use
    labels: tuple[str, ...]
    half: bool


class TaggerNames:
    """Finds persons, organisations, places and dates in running text; loads on first use."""

    def __init__(self, folder: Path = PACKAGED) -> None:
        self._folder = folder
        self._loaded: _Loaded | None = None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"TaggerNames({self._folder.name})"

    @cached_property
    def card(self) -> dict[str, Any]:
        """What the model says of itself: data, scores, labels, hash of its weights."""
        try:
            card = json.loads((self._folder / CARD).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise ConfigurationError(f"{self._folder} holds no name model") from None
        if not isinstance(card, dict) or not {"labels", "sha256", "network"} <= set(card):
            raise ConfigurationError(f"the card of the name model in {self._folder} is incomplete")
        return card

    @cached_property
    def fingerprint(self) -> str:
        """Changes with the weights and with the code that reads them."""
        return f"{self.card['sha256'][:16]}-{code_of('rag.redact.tagger')[:16]}"

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of names it finds."""
        return frozenset(self.card["labels"])

    def find(self, text: str, near: Sequence[int] | None = None) -> Sequence[Finding]:
        """Return the names in `text`; with `near`, those within reach of these places alone."""
        from rag.redact.tagger.network import REACH

        words = split(text)
        count = len(words.forms)
        if not count:
            return []
        stretches = [Span(start=0, end=count)] if near is None else _stretches(words, near, REACH)
        loaded = self._load()
        numbers = loaded.vocabulary.numbers(words.forms)
        blanks = [index for index, form in enumerate(words.forms) if form[0] == BLANK]
        windows = [one for stretch in stretches for one in _windows(stretch, count, REACH)]
        found: list[Finding] = []
        for some in _together(windows):
            for (core, _), scores in zip(some, _read(loaded, numbers, words, some), strict=True):
                floors = _floors(blanks, core, REACH)
                found += _findings(words, core.start, scores, loaded.labels, floors)
        return found

    def _load(self) -> _Loaded:
        with self._lock:
            if self._loaded is None:
                self._loaded = load_tagger(self._folder, self.card)
            return self._loaded


def load_tagger(folder: Path, card: dict[str, Any]) -> _Loaded:
    """Load the network from safetensors, refusing weights that are not those of the card."""
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load

    from rag.precision import choose
    from rag.redact.tagger.network import Tagger

    try:
        data = (folder / WEIGHTS).read_bytes()
        pieces = (folder / PIECES).read_text(encoding="utf-8").splitlines()
    except OSError:
        raise ConfigurationError(f"the name model in {folder} cannot be read") from None
    if hashlib.sha256(data).hexdigest() != card["sha256"]:
        raise ConfigurationError(f"the weights of the name model in {folder} are not its card's")
    vocabulary = Vocabulary(pieces)
    labels = ("O", *(f"{begin}-{kind}" for kind in card["labels"] for begin in "BI"))
    try:
        network = Tagger(rows=vocabulary.rows, labels=len(labels), **card["network"])
        network.load_state_dict(load(data))
    except (SafetensorError, RuntimeError, TypeError, KeyError) as error:
        reason = type(error).__name__
        raise ConfigurationError(f"the name model in {folder} does not fit: {reason}") from None
    half = choose("auto") == "bfloat16"
    network = network.to(torch.bfloat16 if half else torch.float32).eval()
    return _Loaded(vocabulary=vocabulary, network=network, labels=labels, half=half)


def _together(windows: Sequence[tuple[Span, Span]]) -> Iterator[list[tuple[Span, Span]]]:
    """Return the windows in groups that are read at once: each reading has its price."""
    group: list[tuple[Span, Span]] = []
    size = 0
    for core, window in windows:
        length = window.end - window.start
        if group and size + length > _AT_ONCE:
            yield group
            group, size = [], 0
        group.append((core, window))
        size += length
    if group:
        yield group


def _read(
    loaded: _Loaded,
    numbers: Sequence[tuple[int, ...]],
    words: Words,
    windows: Sequence[tuple[Span, Span]],
) -> list[np.ndarray[Any, Any]]:
    """Return the probabilities of every label for the words of each window's core.

    The windows are laid end to end. A core sees no further than its own window, but for one at
    the text's beginning or end: nothing is shown for as far as it sees there.
    """
    import torch

    from rag.redact.tagger.network import REACH

    nothing = (loaded.vocabulary.nothing,) * COLUMNS
    rows: list[tuple[int, ...]] = []
    spaced: list[int] = []
    places = []
    for core, window in windows:
        gap = REACH if window.start == 0 or window.end == len(numbers) else 0
        rows += [nothing] * gap
        spaced += [0] * gap
        places.append(len(rows) + core.start - window.start)
        rows += numbers[window.start : window.end]
        rows += [nothing] * gap
        spaced += words.spaced[window.start : window.end]
        spaced += [0] * gap
    block = torch.tensor(rows)
    shown = (block[:, 0] != loaded.vocabulary.nothing)[None]
    with torch.inference_mode():
        vectors = loaded.network.words(block)[None]
        scores = loaded.network(vectors, torch.tensor(spaced)[None], shown)[0]
        told = scores.float().softmax(-1).numpy()
    return [
        told[place : place + core.end - core.start]
        for place, (core, _) in zip(places, windows, strict=True)
    ]


def _windows(stretch: Span, count: int, reach: int) -> Iterator[tuple[Span, Span]]:
    """Return each core of a stretch and the words around it that decide about it."""
    for start in range(stretch.start, stretch.end, _AT_ONCE):
        end = min(stretch.end, start + _AT_ONCE)
        yield (
            Span(start=start, end=end),
            Span(start=max(0, start - reach), end=min(count, end + reach)),
        )


def _stretches(words: Words, near: Sequence[int], reach: int) -> list[Span]:
    """Return the runs of words within reach of the places, in order, none overlapping."""
    stretches: list[Span] = []
    for place in sorted(near):
        start = max(0, bisect_right(words.starts, place) - 1 - reach)
        end = min(len(words.starts), bisect_left(words.starts, place) + 1 + reach)
        if stretches and start <= stretches[-1].end:
            stretches[-1] = Span(start=stretches[-1].start, end=max(end, stretches[-1].end))
        else:
            stretches.append(Span(start=start, end=end))
    return stretches


def _floors(blanks: Sequence[int], core: Span, reach: int) -> np.ndarray[Any, Any]:
    """Return the probability that each word of a core must have; `blanks` are in order."""
    import numpy as np

    floors = np.full(core.end - core.start, FLOOR, np.float32)
    first = bisect_left(blanks, core.start - reach)
    for index in blanks[first : bisect_left(blanks, core.end + reach)]:
        start = max(0, index - reach - core.start)
        floors[start : max(0, index + reach + 1 - core.start)] = FLOOR_NEAR_BLANK
    return floors


def _findings(
    words: Words,
    first: int,
    scores: np.ndarray[Any, Any],
    labels: Sequence[str],
    floors: np.ndarray[Any, Any],
) -> list[Finding]:
    """Join labelled words to names; a name's score is that of its surest word."""
    sure = 1.0 - scores[:, 0]
    best = scores[:, 1:].argmax(axis=1) + 1
    runs: list[list[int]] = []
    for index in (sure >= floors).nonzero()[0].tolist():
        label = labels[best[index]]
        last = runs[-1] if runs else None
        goes_on = label[0] == "I" and last is not None and last[-1] == index - 1
        if goes_on and last is not None and labels[best[last[0]]][2:] == label[2:]:
            last.append(index)
        else:
            runs.append([index])
    names = [_name(words, first, run, sure, labels[best[run[0]]]) for run in runs]
    return _without_lone_numbers([name for name in names if name is not None], words)


def _without_lone_numbers(names: Sequence[Finding], words: Words) -> list[Finding]:
    """Leave out numbers that are told to be a piece of an address, where no other piece is near."""
    kept = []
    for place, name in enumerate(names):
        if name.kind == "STREET_ADDRESS" and _is_number(words, name):
            before, after = names[:place][-1:], names[place + 1 :][:1]
            near = [name.start - one.end for one in before] + [
                one.start - name.end for one in after
            ]
            if min(near, default=_APART) >= _APART:
                continue
        kept.append(name)
    return kept


def _is_number(words: Words, name: Finding) -> bool:
    index = bisect_left(words.starts, name.start)
    return words.forms[index].isdecimal() and words.ends[index] == name.end


def _name(
    words: Words, first: int, run: Sequence[int], sure: np.ndarray[Any, Any], label: str
) -> Finding | None:
    """Return the name that a run of words is, without signs at its ends; None if it has no word."""
    told = [first + index for index in run]
    while told and not _is_word(words.forms[told[0]]):
        told.pop(0)
    while told and not _is_word(words.forms[told[-1]]):
        told.pop()
    if not told:
        return None
    kind = label[2:]
    score = min(1.0, float(max(sure[index] for index in run)))
    doubtful = kind in _WRITTEN_LARGE or (kind == "PERSON" and score < _CLEAR)
    if doubtful and not _is_written_as_name([words.forms[index] for index in told], kind):
        near = words.forms[max(0, told[0] - _AROUND) : told[-1] + _AROUND]
        if any(form[0].isupper() for form in near):
            return None
    if kind == "DATE" and not _DATED.search(" ".join(words.forms[index] for index in told)):
        return None
    start, end = words.starts[told[0]], words.ends[told[-1]]
    return Finding(kind=kind, start=start, end=end, score=score)


def _is_written_as_name(forms: Sequence[str], kind: str) -> bool:
    """Say whether words are written as names are: with a capital, or in a script that has none."""
    if kind == "STREET_ADDRESS" and not any(form.isalpha() for form in forms):
        return True  # a house number or a postal code, apart from its street
    letters = [form for form in forms if form[0].isalpha()]
    if kind == "LOCATION" and all(form.casefold() in _COMPASS for form in letters):
        return False
    if kind != "PERSON" and sum(map(len, letters)) == 1:
        return False
    return any(not form[0].islower() for form in letters)


def _is_word(form: str) -> bool:
    return form[0].isalnum()
