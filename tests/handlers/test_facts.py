from handlers.environments import EnvironmentState
from handlers.facts import Capabilities
from tests.handlers.builders import environment_state, facts


def test_of_a_ci_that_is_not_connected_the_least_is_assumed() -> None:
    assert facts().capabilities_of("here").authoritative_search
    assert facts().capabilities_of("gone") == Capabilities(authoritative_search=False, grace=120, cancel=True)


def test_the_state_of_an_unused_environment_is_empty() -> None:
    known = environment_state("staging", holder=4)
    assert facts(known).environment_state("staging") is known
    assert facts(known).environment_state("production") == EnvironmentState(
        "production", 0, (), None, (), failed=False
    )
