"""ctransformers as a child: for models of the time of Llama 2, with their SentencePiece vocabulary.

Its library ends the process for what it does not know, or reads on beside the point. So the
header says first whether it can serve a model at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from rag.errors import ConfigurationError
from rag.generate.servers.adapters import Adapter
from rag.generate.servers.launch import Launch, child_environment, chosen_threads, python_child
from rag.generate.servers.llama_cpp import alias_of, checked_model, context_of, limits_of
from rag.generate.wire.facts import CTRANSFORMERS
from rag.models.records import GgufHeader
from rag.settings import ModelSettings

MODULE = "rag.generate.servers.ctransformers_child"
ARCHITECTURES = frozenset({"llama"})
VOCABULARIES = frozenset({"llama"})
TYPES = frozenset(
    {"F32", "F16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0"}
    | {"Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K"}
)
_TENSOR = re.compile(
    r"(?:token_embd|output_norm|output"
    r"|blk\.\d+\.(?:attn_(?:norm|q|k|v|output)|ffn_(?:norm|gate|up|down)))\.weight"
)


def ctransformers(settings: ModelSettings, model: Path, adapters: Sequence[Adapter] = ()) -> Launch:
    """Return how to start it, or raise `ConfigurationError` naming what it cannot do."""
    if adapters:
        raise ConfigurationError(
            'ctransformers takes no LoRA adapter with a request: use `runtime = "llama.cpp"`'
        )
    header = checked_model(model)
    check_supported(header)
    threads = chosen_threads(settings.threads)
    return Launch(
        name="ctransformers",
        command=python_child(MODULE),
        facts=CTRANSFORMERS,
        limits=limits_of(settings),
        environment=child_environment(threads),
        config={
            "model": str(model.absolute()),
            "alias": alias_of(settings, model),
            "context": context_of(settings, header),
            "threads": threads,
        },
        at_once=2,
    )


def check_supported(header: GgufHeader) -> None:
    """Refuse a model that ctransformers cannot serve, by name of what is in the way."""
    reason = _unsupported(header)
    if reason:
        raise ConfigurationError(
            f'ctransformers cannot serve this model: {reason}. `runtime = "llama.cpp"` can'
        )


def _unsupported(header: GgufHeader) -> str:
    kinds = sorted({tensor.kind for tensor in header.tensors} - TYPES)
    strange = next((t.name for t in header.tensors if not _TENSOR.fullmatch(t.name)), "")
    scaling = header.text(f"{header.architecture}.rope.scaling.type")
    reasons = (
        (header.architecture not in ARCHITECTURES, f"its architecture is {header.architecture}"),
        (
            header.vocabulary not in VOCABULARIES,
            f"its vocabulary is `{header.vocabulary}`, not SentencePiece (`llama`)",
        ),
        (bool(kinds), f"it has tensors of type {', '.join(kinds)}"),
        (bool(strange), f"it has the tensor `{strange}`"),
        (not header.has_tensor("output.weight"), "its output is tied to its vocabulary"),
        (scaling not in ("", "none"), f"its positions are scaled (`{scaling}`)"),
    )
    return next((reason for applies, reason in reasons if applies), "")
