"""CPU beside the peers, in one run: what makes ours slow, or a peer's work less, fails here.

Ratios of the least CPU that each took in any of the rounds: other programs can only add to it. The limits leave a
good third to what was measured, quiet or with the machine loaded four times over.
"""

from contextlib import ExitStack

import pytest

from lab.bench import functions, lambdas, services
from lab.bench.processes import running

pytestmark = pytest.mark.timeout(600)  # seconds on an idle machine; minutes on a busy one

SERVICE = services.Effort(rounds=4, requests=100)
FUNCTION = lambdas.Effort(rounds=4, events=30)
STARTS = 4
# Peer by service, at least; 4.8 and 6.1 were measured, and 0.40 for the limit.
LEAST_RATIO = {services.FASTAPI: 2.0, services.CONNEXION: 2.0, services.LIMIT: 0.15}
# By the bare call, at most; 1.2 was measured for result_lambda, 1.4 for query_lambda.
MOST_WARM = {"result_lambda": 1.7, "query_lambda": 2.1}
# By the peer, at most; 0.7 and 0.6 were measured.
MOST_COLD = {"result_lambda": 0.95, "query_lambda": 0.85}


def test_the_service_takes_less_cpu_than_its_peers(upstream: str) -> None:
    """Beside FastAPI and Connexion as they come, and within reach of the limit."""
    with ExitStack() as stack:
        names = [services.OURS, *LEAST_RATIO]
        peers = [stack.enter_context(running(services.server(name, upstream))) for name in names]
        taken = services.cpu(peers, SERVICE)
    for size, ours in taken[services.OURS].items():
        ratios = {name: min(taken[name][size]) / min(ours) for name in LEAST_RATIO}
        assert {} == {name: ratio for name, ratio in ratios.items() if ratio < LEAST_RATIO[name]}, size


@pytest.mark.parametrize("name", ["result_lambda", "query_lambda"])
def test_a_warm_function_costs_little_more_than_the_one_call_that_it_makes(upstream: str, name: str) -> None:
    """All that we add to the call: checks, mapping, the deadline, a log line."""
    for size in ("10", "100"):
        with ExitStack() as stack:
            asked = lambdas.functions(name, size, upstream)
            workers = {role: stack.enter_context(functions.warm(asked[role])) for role in ("ours", "bare")}
            taken = lambdas.cpu(workers, FUNCTION)
        assert min(taken["ours"]) / min(taken["bare"]) <= MOST_WARM[name], size


@pytest.mark.parametrize("name", ["result_lambda", "query_lambda"])
def test_a_function_starts_faster_than_its_peer(upstream: str, name: str) -> None:
    """What is imported is paid for by whoever waits for a cold start."""
    lambdas.compile_ours()
    asked = lambdas.functions(name, "10", upstream)
    found = lambdas.starts({role: asked[role] for role in ("ours", "peer")}, STARTS)
    used = {role: min(start.cpu_seconds for start in all_of) for role, all_of in found.items()}
    assert used["ours"] / used["peer"] <= MOST_COLD[name]
