from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

import rag.generate
from rag.errors import ConfigurationError, RetryError
from rag.generate.model import ModelGenerator
from rag.generate.prompts.fill import Filler
from rag.generate.prompts.template import load_template
from rag.generate.servers.llama_cpp import llama_cpp
from rag.generate.servers.supervised import Supervised
from rag.generate.wire.address import FixedEndpoint
from rag.generate.wire.client import ModelClient, Patience
from rag.ground.shield import Canary
from rag.records import DraftSentence
from rag.settings import GenerateSettings, ModelSettings
from rag.testing import recorded_servers as recorded
from rag.testing.model_stub import events, model_stub, told
from rag.testing.passages import BOILER, HEDGE, evidence, question
from rag.testing.tiny_models import write_byte_model

ASKED = question("How often is the boiler serviced?")
GIVEN = [evidence(1, BOILER), evidence(2, HEDGE)]
SECRET = "bcdfghjklmnpqrstbcdfghjk"
PATIENCE = Patience(answer=20, silence=5, small=5)
COMPLETIONS, CHAT = ("POST", "/v1/completions"), ("POST", "/v1/chat/completions")


def generator_of(client, *, template="reader", **settings):
    given = GenerateSettings(template=template, **settings)
    filler = Filler(
        load_template(template), sentences=given.sentences, instruction=0.5, secret=SECRET
    )
    return ModelGenerator(client, filler, given, name="m@ab12", canary=Canary(word=SECRET))


@pytest.fixture
def serving():
    """Serve routes; return the stub and a generator over a client of it."""
    with ExitStack() as stack:

        def start(routes, *, context=0, **options):
            stub = stack.enter_context(model_stub(routes))
            endpoint = FixedEndpoint(stub.url, section="model")
            client = ModelClient(endpoint, context=context, patience=PATIENCE)
            stack.callback(client.close)
            return stub, generator_of(client, **options)

        yield start


def writing(*texts, finish="stop"):
    """The routes of a server that streams these texts."""
    pieces = [{"choices": [{"index": 0, "text": t, "finish_reason": None}]} for t in texts]
    end = {"choices": [{"index": 0, "text": "", "finish_reason": finish}]}
    usage = {"prompt_tokens": 40, "completion_tokens": len(texts), "total_tokens": 40 + len(texts)}
    cost = {"choices": [], "usage": {**usage, "prompt_tokens_details": {"cached_tokens": 7}}}
    return {**recorded.llama_server(), COMPLETIONS: events(*pieces, end, cost, "[DONE]")}


def test_without_evidence_the_model_is_not_asked(serving):
    stub, generator = serving(writing(" No."))
    draft = generator.generate(ASKED, [])
    assert draft.sentences == ()
    assert stub.asked == []


def test_sentences_are_read_with_what_they_cite_and_what_they_cost(serving):
    stub, generator = serving(writing(" Every 14 mon", "ths [1", "]. Not in", " March. [2]"))
    draft = generator.generate(ASKED, GIVEN)
    assert draft.sentences == (
        DraftSentence(text="Every 14 months.", cites=(1,)),
        DraftSentence(text="Not in March.", cites=(2,)),
    )
    assert (draft.use.prompt_tokens, draft.use.cached_tokens) == (40, 7)
    assert draft.model == generator.model == "m@ab12 " + load_template("reader").fingerprint
    [body] = stub.bodies("/v1/completions")
    assert body["temperature"] == 0
    assert body["max_tokens"] == 200
    assert 'cite ::= "[" ("1" | "2") "]"' in body["grammar"]
    assert body["prompt"].endswith("Question: How often is the boiler serviced?\nAnswer:")


def test_a_model_that_chats_gets_messages(serving):
    stub, generator = serving(recorded.llama_server(), template="plain")
    assert generator.generate(ASKED, GIVEN).sentences[0].cites == (1,)
    [body] = stub.bodies("/v1/chat/completions")
    assert [turn["role"] for turn in body["messages"]] == ["system", "user"]


def test_a_server_without_grammar_is_asked_all_the_same(serving):
    stub, generator = serving(recorded.lm_studio())
    assert generator.generate(ASKED, GIVEN).sentences
    assert "grammar" not in stub.bodies("/v1/completions")[0]


def test_the_adapter_of_the_best_evidences_source_answers(serving):
    routes = writing(" Every 14 months [1].")
    adapters = [{"id": n, "path": f"{name}.gguf"} for n, name in enumerate(("law", "health"))]
    routes["GET", "/lora-adapters"] = told(adapters)
    stub, generator = serving(routes, lora="law", lora_of={"wards": "health"})
    of_ward = replace(GIVEN[0], source="wards")
    drafts = [generator.generate(ASKED, [first, GIVEN[1]]) for first in (of_ward, GIVEN[0])]
    assert [draft.model.split()[0] for draft in drafts] == ["m@ab12+health", "m@ab12+law"]
    chosen = [body["lora"] for body in stub.bodies("/v1/completions")]
    assert chosen[0] != chosen[1]


def test_a_refusal_is_no_answer(serving):
    _, generator = serving(writing(" Not in these", " documents."))
    draft = generator.generate(ASKED, GIVEN)
    assert draft.sentences == ()
    assert "no answer in the evidence" in draft.why


@pytest.mark.parametrize("said", [SECRET, SECRET[::-1], " ".join(SECRET), SECRET[:12].upper()])
def test_an_answer_that_gives_the_secret_away_is_none(serving, said):
    _, generator = serving(writing(f" The boiler is {said} [1]."))
    draft = generator.generate(ASKED, GIVEN)
    assert draft.sentences == ()
    assert "instructions" in draft.why
    assert said not in draft.why


def test_sentences_are_heard_while_the_model_writes(serving):
    _, generator = serving(writing(" Every 14 mon", "ths [1", "]. Not in", " March. [2]"))
    heard = []
    draft = generator.tell(ASKED, GIVEN, heard.append)
    assert tuple(heard) == draft.sentences
    assert draft.sentences == generator.generate(ASKED, GIVEN).sentences


def test_of_a_refusal_and_of_the_secret_nothing_is_heard(serving):
    heard = []
    for said in (" Not in these documents. It is [1].", f" It is {SECRET} [1]. It is so [1]."):
        _, generator = serving(writing(said))
        assert generator.tell(ASKED, GIVEN, heard.append).sentences == ()
    assert heard == []


def test_who_leaves_frees_the_server(serving):
    stub, generator = serving(writing(*(f" It is {n} [1]." for n in range(9))))

    def leave(_):
        raise EOFError

    with pytest.raises(EOFError):
        generator.tell(ASKED, GIVEN, leave)
    assert len(stub.bodies("/v1/completions")) == 1
    assert generator.generate(ASKED, GIVEN).sentences  # the next one is served


def test_no_more_sentences_are_taken_than_were_asked_for(serving):
    _, generator = serving(writing(*(f" It is {n} [1]." for n in range(9))), sentences=3)
    assert len(generator.generate(ASKED, GIVEN).sentences) == 3


def test_a_model_that_repeats_itself_is_stopped(serving):
    _, generator = serving(writing(*([" It is 14 [1]."] * 50)), sentences=9)
    assert len(generator.generate(ASKED, GIVEN).sentences) == 1


def test_a_sentence_that_was_cut_off_is_left_out(serving):
    _, generator = serving(writing(" It is 14 [1].", " It must not be cl", finish="length"))
    assert [s.text for s in generator.generate(ASKED, GIVEN).sentences] == ["It is 14."]


def test_an_answer_that_breaks_off_is_an_error(serving):
    routes = writing(" It is")
    broken = events({"choices": [{"index": 0, "text": " It is"}]}, ending="drop")
    _, generator = serving({**routes, COMPLETIONS: broken})
    with pytest.raises(RetryError):
        generator.generate(ASKED, GIVEN)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A client of a real llama.cpp with a model of chance, which counts a token a byte."""
    path = write_byte_model(tmp_path_factory.mktemp("model") / "m.gguf", context=512)
    launch = llama_cpp(ModelSettings(context=512, slots=1, threads=1), path)
    client = ModelClient(Supervised(launch), patience=PATIENCE)
    yield client
    client.close()


@pytest.mark.slow
def test_as_much_evidence_is_told_as_the_context_takes(tiny):
    generator = generator_of(tiny, max_tokens=64)
    many = [evidence(n, BOILER) for n in range(1, 21)]
    filled, told = generator._fitting(str(ASKED.text), many)
    assert 2 <= len(told) < 20
    assert tiny.count_tokens(filled.prompt, whole_prompt=True) <= 512 - 64
    longer, _ = generator._fitting(str(ASKED.text), many[: len(told)])
    assert longer == filled
    more = generator._filler.filled(str(ASKED.text), many[: len(told) + 1])
    assert tiny.count_tokens(more.prompt, whole_prompt=True) > 512 - 64
    with pytest.raises(ConfigurationError, match=r"raise `model\.context`"):
        generator._fitting(str(ASKED.text), [evidence(1, BOILER * 9)])


@pytest.mark.slow
@pytest.mark.parametrize("sentences", [1, 3])
def test_a_model_of_chance_cites_only_what_there_is(tiny, sentences):
    generator = generator_of(tiny, max_tokens=64, sentences=sentences)
    numbers = [7, 3]
    draft = generator.generate(ASKED, [evidence(n, HEDGE) for n in numbers])
    assert len(draft.sentences) <= sentences
    assert {n for one in draft.sentences for n in one.cites} <= {7, 3}


READER = Path(rag.generate.__file__).parent / "weights" / "ringfence-test-reader-1m.gguf"


@pytest.fixture(scope="module")
def reader():
    """A client of a real llama.cpp with a shipped reader."""
    client = ModelClient(
        Supervised(llama_cpp(ModelSettings(context=1024, slots=4, threads=2), READER)),
        patience=PATIENCE,
    )
    yield client
    client.close()


def drawn(random):
    """Return a question and some evidence, numbered as it comes."""
    numbers = random.sample(range(1, 21), random.randint(1, 4))
    things = random.sample(["pump", "lift", "gate", "van", "kiln", "crane"], len(numbers))
    given = [
        evidence(n, f"The {thing} is serviced every {random.randint(2, 90)} months.")
        for n, thing in zip(numbers, things, strict=True)
    ]
    return question(f"How often is the {random.choice(things)} serviced?"), given


@pytest.mark.slow
def test_five_hundred_answers_of_a_reader_cite_nothing_that_is_not_there(reader):
    """The grammar holds: every sentence ends with a citation, and of evidence that it was told."""
    random = Random(5)
    generator = generator_of(reader, max_tokens=60, sentences=2)
    cases = [drawn(random) for _ in range(500)]
    with ThreadPoolExecutor(4) as pool:
        drafts = list(pool.map(lambda case: generator.generate(*case), cases))
    cited = 0
    for draft, (_, given) in zip(drafts, cases, strict=True):
        for sentence in draft.sentences:
            assert set(sentence.cites) <= {one.n for one in given}
            cited += bool(sentence.cites)
    assert cited > 100
    assert any(not draft.sentences for draft in drafts)


@pytest.mark.slow
def test_what_never_changes_of_a_prompt_is_read_once(reader):
    generator = generator_of(reader, template="plain", max_tokens=8)
    first = generator.generate(ASKED, GIVEN).use
    again = generator.generate(question("Who cuts the hedge?"), GIVEN).use
    assert again.cached_tokens > 0.6 * again.prompt_tokens
    assert again.cached_tokens > first.cached_tokens
