"""A network of random weights answers in llama.cpp as it does in training."""

from __future__ import annotations

import json

import pytest
import torch

from pipelines.reader.batches import Batches, Level
from pipelines.reader.contexts import Contexts, tail
from pipelines.reader.export import About, write
from pipelines.reader.fit import Fitting
from pipelines.reader.greedy import likeliest
from pipelines.reader.measure import served
from pipelines.reader.network import Layout
from pipelines.reader.pieces import BytePieces
from pipelines.reader.recipe import Recipe
from rag.generate.wire.deadline import Deadline
from rag.generate.wire.exchange import Exchange
from rag.generate.wire.records import Request
from rag.generate.wire.stream import Limits, whole
from rag.models.gguf import read_header

RECIPE = Recipe(width=64, layers=5, heads=2, inner=96, steps=3, length=1_500, warm_up=1)


@pytest.fixture(scope="module")
def pieces():
    texts = [Contexts(n, held_out=False).write(3, 1).head for n in range(60)]
    return BytePieces.learnt(texts, 400)


@pytest.fixture(scope="module")
def fitting(pieces):
    made = Fitting(RECIPE, pieces)
    with torch.no_grad():  # answers that differ
        for one in made.network.parameters():
            if one.ndim == 2:
                one.normal_(0, 0.4)
    made.network.precision = torch.float32  # as the file, so that rounding decides nothing
    return made


@pytest.fixture(scope="module")
def file(fitting, pieces, tmp_path_factory):
    path = tmp_path_factory.mktemp("reader") / "random.gguf"
    about = About(name="random", description="random weights")
    write(path, fitting.network, pieces, about, "F32")
    return path


@pytest.fixture(scope="module")
def client(file):
    with served(file) as asked:
        yield asked


def prompts(count):
    made = [Contexts(50 + n, held_out=True).write(1 + n % 4, 1) for n in range(count)]
    return [one.head + tail(one.asked[0].question) for one in made]


def test_the_header_says_what_it_is(file, pieces):
    header = read_header(file)
    assert (header.architecture, header.vocabulary, header.tokens) == ("llama", "gpt2", pieces.size)
    assert header.name == "random"


def test_the_server_cuts_texts_as_training_does(client, pieces):
    exchange = Exchange()
    for text in [
        *prompts(10),
        " Zażółć [PERSON:k3f2mnop] 12,345.67 €",
        "日本語 🙂\n\n  it's\t22 3",
    ]:
        body = json.dumps({"content": text, "add_special": False}).encode()
        address = client._endpoint.address(Deadline(60))
        with exchange.ask(address, "POST", "/tokenize", body, Deadline(20)) as response:
            told = json.loads(whole(response, Limits()))
        assert told["tokens"] == pieces.cut([text])[0]
    exchange.close()


def test_the_server_writes_what_training_would(client, fitting, pieces):
    told = {one: client.complete(Request(prompt=one, max_tokens=1)).text for one in prompts(30)}
    whole_letters = {one: text for one, text in told.items() if "\ufffd" not in text}
    assert len(set(whole_letters.values())) > 8
    same = [likeliest(fitting.network, pieces, *pair, 1) for pair in whole_letters.items()]
    assert sum(same) >= len(same) - 1  # the server keeps what it has read as half floats
    assert not any(likeliest(fitting.network, pieces, one, " Nobody.", 1) for one in told)


def test_a_question_sees_no_other_question(fitting, pieces):
    """The scores of a batch's questions are those that each would have alone."""
    level = Level(facts=(2,), layout=Layout(context=160, questions=4, question=96))
    batch = Batches(pieces, fitting.shape, 3, held_out=False).one(level, 1)
    changed = batch.pieces.clone()
    layout = level.layout
    changed[0, layout.context + layout.question :] = 5  # all but the first question
    with torch.no_grad():
        before, after = (
            fitting.network(one, batch.turn, batch.hidden, batch.wanted, layout)
            for one in (batch.pieces, changed)
        )
    first, others = batch.owner == 0, batch.owner > 0
    assert torch.equal(before[first], after[first])
    assert not torch.equal(before[others], after[others])


def test_training_that_is_taken_up_goes_on_as_it_would(pieces, tmp_path):
    lines = []
    whole_run, first = Fitting(RECIPE, pieces), Fitting(RECIPE, pieces)
    for _ in range(3):
        whole_run.learn()
    first.learn()
    first.save(tmp_path / "state.pt")
    second = Fitting(RECIPE, pieces)
    second.take_up(tmp_path / "state.pt")
    second.run(lines.append, every=1, watch=100, save=tmp_path / "state.pt", compiled=False)
    assert second.step == 3
    assert [line.split(":")[0] for line in lines] == ["step 2", "step 3", "step 3"]
    for one, other in zip(whole_run.network.parameters(), second.network.parameters(), strict=True):
        assert torch.equal(one, other)
