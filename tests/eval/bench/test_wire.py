"""The comparison of our client with the barest one asks both the same."""

from __future__ import annotations

import pytest

from eval.bench.samples import Spread
from eval.bench.wire import FirstToken, Overhead, first_token, overhead
from rag.generate.wire.address import FixedEndpoint
from rag.generate.wire.client import ModelClient
from rag.generate.wire.deadline import Deadline
from rag.testing.model_stub import WHOLE, model_stub, told
from rag.testing.recorded_servers import llama_server


@pytest.fixture
def asked():
    with model_stub(llama_server()) as stub:
        endpoint = FixedEndpoint(stub.url, section="model")
        client = ModelClient(endpoint)
        yield stub, client, endpoint.address(Deadline(5))
        client.close()


@pytest.mark.parametrize("streamed", [True, False])
def test_both_ways_send_the_same_as_often(asked, streamed):
    stub, client, address = asked
    result = overhead(client, address, ["one", "two"], tokens=3, rounds=2, streamed=streamed)
    bodies = stub.bodies("/v1/completions")[2:]
    assert len(bodies) == 2 * 2 * 3  # two prompts, two ways, one round more to warm up
    assert len({tuple(sorted(map(str, body.items()))) for body in bodies}) == 2
    assert result.ours > 0
    assert result.direct > 0
    assert result.share.count == 2


def test_cold_prompts_are_never_alike_and_shared_ones_begin_alike(asked):
    stub, client, _ = asked
    result = first_token(client, "The evidence.", questions=2, rounds=2)
    prompts = [body["prompt"] for body in stub.bodies("/v1/completions")]
    cold = [prompt for prompt in prompts if not prompt.startswith("The evidence.")]
    assert len(set(prompts)) == len(prompts) == 2 * len(cold) == 12
    assert len({prompt[:8] for prompt in cold}) == len(cold)
    assert len({len(prompt) for prompt in prompts}) == 1
    assert result.ratio.count == 2


def test_a_server_that_fails_is_not_measured(asked):
    stub, client, address = asked
    client.facts()
    stub.routes[WHOLE, "/v1/completions"] = told({}, status=500)
    from rag.errors import RetryError

    with pytest.raises(RetryError):
        overhead(client, address, ["one"], tokens=3, rounds=1, streamed=False)


def test_targets_are_met_or_not():
    def spread(value):
        return Spread(median=value, low=0.0, high=2.0, count=3)

    assert Overhead(direct=100, ours=98, share=spread(0.98)).holds
    assert not Overhead(direct=100, ours=96, share=spread(0.96)).holds
    assert FirstToken(cold=100, shared=50, ratio=spread(0.5)).holds
    assert not FirstToken(cold=100, shared=70, ratio=spread(0.7)).holds
