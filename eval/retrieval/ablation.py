"""The steps of retrieval, each switched off alone, and the plain searches they improve on."""

from __future__ import annotations

from dataclasses import dataclass

from eval.retrieval.packing import WHOLE_PASSAGES
from rag.settings import RetrieveSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Settings of retrieval with a name. `off` names the step that is switched off, if one is.

    `words` says that they are searched with words alone, which no setting can.
    """

    name: str
    settings: RetrieveSettings
    off: str = ""
    words: bool = False


_OFF: dict[str, tuple[str, dict[str, object]]] = {
    "words": ("without word search (BM25)", {"bm25_weight": 0.0}),
    "rewrite": ("without rewriting", {"rewrite": False}),
    "rerank": ("without reranking", {"rerank": "none", "rerank_model": ""}),
    "exact": ("without exact matches first", {"exact": False}),
    "fold": ("without folding duplicates", {"fold": False}),
    "diversity": ("without diversity", {"diversity": 0.0}),
    "merge": ("without merging neighbours", {"merge": False}),
    "expand": ("without expanding", {"expand": False}),
    "pack": ("without packing sentences", {"evidence_tokens": 0}),
}
_PLAIN: dict[str, object] = {
    "rewrite": False,
    "rerank": "none",
    "rerank_model": "",
    "exact": False,
    "fold": False,
    "diversity": 0.0,
    "merge": False,
    "expand": False,
    "evidence_tokens": 0,
}


def as_configured(settings: RetrieveSettings) -> Configuration:
    """Return the settings as they are."""
    return Configuration(name="as configured", settings=settings)


def ablations(settings: RetrieveSettings) -> list[Configuration]:
    """Return the settings with each step that is on switched off, then the plain searches."""
    return [
        *(
            Configuration(name=name, settings=changed, off=step)
            for step, (name, change) in _OFF.items()
            if (changed := settings.model_copy(update=change)) != settings
        ),
        *plain(settings),
    ]


def plain(settings: RetrieveSettings) -> list[Configuration]:
    """Return search by meaning and words fused, by meaning alone, by words alone."""
    bare = settings.model_copy(update=_PLAIN)
    meaning = bare.model_copy(update={"bm25_weight": 0.0})
    return [
        Configuration(name="meaning and words fused, no more", settings=bare),
        Configuration(name="meaning alone", settings=meaning),
        Configuration(name="words alone (BM25 in memory)", settings=bare, words=True),
    ]


def unpacked(settings: RetrieveSettings) -> Configuration:
    """Return the same ranking with passages as they were cut as evidence, all that are found."""
    change = {
        "evidence_tokens": 0,
        "passages": WHOLE_PASSAGES,
        "merge": False,
        "expand": False,
    }
    return Configuration(name="whole passages", settings=settings.model_copy(update=change))
