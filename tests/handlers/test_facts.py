from handlers.facts import Capabilities
from handlers.ground import Ground
from tests.handlers.making import facts, ground


def test_of_a_ci_that_is_not_connected_the_least_is_assumed() -> None:
    assert facts().can("here").authoritative_search
    assert facts().can("gone") == Capabilities(authoritative_search=False, grace=120, cancel=True)


def test_ground_that_nothing_happened_in_is_empty() -> None:
    known = ground("staging", holder=4)
    assert facts(known).ground("staging") is known
    assert facts(known).ground("production") == Ground("production", 0, (), None, None, failed=False)
