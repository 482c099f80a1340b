"""Settings in, what answers out: generators, model servers, the checks on what they write."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from pipelines.models import build_gate
from rag.errors import ConfigurationError
from rag.generate.servers.adapters import Adapter
from rag.generate.tiers import EXTRACTIVE, LARGER, MODEL, Answerer, Single, Tiers
from rag.ground.thresholds import FILE as FLOORS_FILE
from rag.ground.thresholds import thresholds
from rag.models.native import choose
from rag.plugins import load
from rag.ports import Generator, Grounder
from rag.settings import ModelSettings
from rag.state.budgets import TokenBudget
from rag.state.register import Register

if TYPE_CHECKING:
    from pipelines.build import Installation
    from rag.embed.encoder import SentenceEncoder
    from rag.generate.wire.client import ModelClient

TIERS = "tiers"
SECTIONS = {MODEL: "model", LARGER: "larger_model"}


def build_answerer(
    inst: Installation, encoder: SentenceEncoder, register: Register, name: str
) -> Answerer:
    """Who answers, by the name that `generate.kind` has: one generator, or several in tiers.

    One model alone is a tier too: what needs no model, such as whether hidden documents would
    have answered, is not asked of it.
    """
    from rag.retrieve.enough import FILE, judge

    grounder = build_grounder(inst, encoder)
    floor = judge(inst.named.path / FILE).floor
    if name not in (TIERS, *SECTIONS):
        return Single(build_generator(inst, encoder, name), grounder, floor=floor)
    settings = inst.settings.tiers
    asked = {MODEL: MODEL} if name == TIERS else {MODEL: name}
    if name == TIERS and inst.settings.larger_model.runtime != "none":
        asked[LARGER] = LARGER
    daily = settings.tokens_a_day
    return Tiers(
        {
            tier: build_generator(inst, encoder, of)
            for tier, of in {EXTRACTIVE: EXTRACTIVE, **asked}.items()
        },
        grounder,
        rules=settings.rules if name == TIERS else (),
        budget=TokenBudget(register.database, daily) if daily else None,
        floor=floor,
    )


def build_generator(inst: Installation, encoder: SentenceEncoder, name: str) -> Generator:
    """A model of the settings, or a registered generator."""
    if name in SECTIONS:
        return build_model(inst, name)
    make = load("ringfence.generators", name, allowed=inst.settings.plugins)
    if not callable(make):
        raise ConfigurationError(f"the generator `{name}` cannot be made")
    return cast("Generator", make(inst.settings.generate, encoder))


def build_model(inst: Installation, name: str) -> Generator:
    """A language model; its server is started, or asked, when it first answers."""
    from rag.generate.model import ModelGenerator
    from rag.generate.prompts.fill import Filler
    from rag.generate.prompts.template import load_template
    from rag.ground.shield import canary

    settings, section = inst.settings.generate, SECTIONS[name]
    model: ModelSettings = getattr(inst.settings, section)
    template = load_template(settings.template, base=inst.named.path)
    secret = canary(inst.keys.derive("prompt canary"), template.fingerprint)
    filler = Filler(
        template,
        sentences=settings.sentences,
        instruction=thresholds(inst.named.path / FLOORS_FILE).instruction,
        secret=secret.word,
    )
    client, known = build_client(inst, model, section)
    return ModelGenerator(client, filler, settings, name=known, canary=secret)


def build_grounder(inst: Installation, encoder: SentenceEncoder) -> Grounder:
    """What holds answers against their evidence."""
    from rag.ground.meaning import EncoderMeaning
    from rag.ground.support import SupportGrounder

    settings = inst.settings.ground
    entailment = None
    if settings.entailment_model:
        from rag.embed.entailment import EntailmentReader

        entailment = EntailmentReader(inst.named.path / settings.entailment_model)
    return SupportGrounder(
        settings,
        floors=thresholds(inst.named.path / FLOORS_FILE),
        meaning=EncoderMeaning(encoder),
        entailment=entailment,
    )


def build_client(inst: Installation, model: ModelSettings, section: str) -> tuple[ModelClient, str]:
    """Return what speaks with a model's server, and the model's name with its hash."""
    from rag.generate.servers.open import open_model

    if model.runtime == "none":
        raise ConfigurationError(
            f"no model answers yet: `ringfence models add` registers one, `{section}.runtime` and "
            f"`{section}.name` say how it is run"
        )
    if model.runtime == "url":
        client = open_model(model, section=section)
        return client, f"{model.name or 'model'}@{urlsplit(model.url).netloc.rpartition('@')[2]}"
    if not model.name:
        raise ConfigurationError(f"`{section}.name` must name a model of the register")
    gate = build_gate(inst)
    admitted = gate.model(model.name)
    adapters = [Adapter(name=name, path=gate.model(name).path) for name in model.lora]
    client = open_model(fastest(inst, model), admitted.path, adapters, section=section)
    return client, f"{admitted.name}@{admitted.sha256[:12]}"


def fastest(inst: Installation, model: ModelSettings) -> ModelSettings:
    """Return how llama.cpp is run: a server that was built for this machine comes first."""
    built = choose(inst.named.native).program if model.runtime == "llama.cpp" else None
    if built is None:
        return model
    return model.model_copy(update={"runtime": "llama-server", "program": str(built)})
