"""The NLP engine that Presidio gets: a tokenizer and nothing that could be downloaded.

Stock engines fetch a spaCy model from the network when it is missing. This one builds spaCy's
blank pipeline, which is rules only and comes inside the package. Tokens are made when somebody
asks for them: our own context search reads the text itself, and most texts are never tokenized.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

from rag.errors import ConfigurationError


class LazyArtifacts(NlpArtifacts):  # type: ignore[misc]  # presidio's types are not followed
    """The artifacts of a text, tokenized on first use."""

    def __init__(self, engine: OfflineNlpEngine, text: str, language: str) -> None:
        # The parent's constructor would tokenize at once; it only stores what stands here.
        self.entities: list[Any] = []
        self.scores: list[float] = []
        self.nlp_engine = engine
        self._text = text
        self._language = language

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 stands in for several attributes
        if name not in {"tokens", "tokens_indices", "lemmas", "keywords"}:
            raise AttributeError(name)
        tokens = self.nlp_engine.tokenize(self._text, self._language)
        self.tokens = tokens
        self.tokens_indices = [token.idx for token in tokens]
        self.lemmas = [token.lower_ for token in tokens]
        self.keywords = self.set_keywords(self.nlp_engine, self.lemmas, self._language)
        return self.__dict__[name]


class OfflineNlpEngine(NlpEngine):  # type: ignore[misc]  # presidio's types are not followed
    """Tokenizes with spaCy's blank pipeline; lower-cased tokens stand for lemmas."""

    engine_name = "offline"
    is_available = True

    def __init__(self, languages: Iterable[str]) -> None:
        self._languages = tuple(languages)
        self._pipelines: dict[str, Any] = {}

    def load(self) -> None:
        """Build the tokenizers. Nothing is read but spaCy's own rules."""
        import spacy

        for language in self._languages:
            try:
                pipeline = spacy.blank(language)
            except ImportError:
                raise ConfigurationError("`redact.language`: no tokenizer") from None
            pipeline.max_length = 2**31  # only the statistical parts need a limit
            self._pipelines[language] = pipeline

    def is_loaded(self) -> bool:
        """Say whether the tokenizers exist."""
        return bool(self._pipelines)

    def tokenize(self, text: str, language: str) -> Any:  # noqa: ANN401 spaCy's Doc
        """Return the tokens of `text`."""
        return self._pipelines[language].make_doc(text)

    def process_text(self, text: str, language: str) -> LazyArtifacts:
        """Return artifacts that tokenize `text` if somebody looks at its tokens."""
        if language not in self._pipelines:
            raise ConfigurationError("the text's language has no tokenizer")
        return LazyArtifacts(self, text, language)

    def process_batch(
        self,
        texts: Iterable[str],
        language: str,
        batch_size: int = 1,  # noqa: ARG002 presidio's signature
        n_process: int = 1,  # noqa: ARG002 presidio's signature
        **options: object,  # noqa: ARG002 presidio's signature
    ) -> Iterator[tuple[str, LazyArtifacts]]:
        """Return each text with its artifacts."""
        for text in texts:
            yield text, self.process_text(text, language)

    def is_stopword(self, word: str, language: str) -> bool:
        """Say whether a word carries no meaning of its own."""
        return bool(self._pipelines[language].vocab[word].is_stop)

    def is_punct(self, word: str, language: str) -> bool:
        """Say whether a token is punctuation."""
        return bool(self._pipelines[language].vocab[word].is_punct)

    def get_supported_entities(self) -> list[str]:
        """Return none: this engine finds no entities."""
        return []

    def get_supported_languages(self) -> list[str]:
        """Return the languages it has tokenizers for."""
        return list(self._languages)
