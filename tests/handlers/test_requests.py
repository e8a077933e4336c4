from collections.abc import Callable

import pytest

from handlers.actions.approve import SignedOff
from handlers.environments import EnvironmentState
from handlers.events import Started
from handlers.outcome import Refusal
from handlers.promotion import StartOrPromote
from handlers.requests import (
    BuildRequest,
    EnvironmentRequest,
    Query,
    Request,
    ResolutionContext,
    UsageError,
    with_filled,
)
from tests.handlers.builders import ANDY, build, plan


class Nowhere(BuildRequest):
    """The least that a request for a build has to define."""

    def resolve(self, context: ResolutionContext) -> Refusal:
        return Refusal("no_build", {"service": context.plan.service})


def test_an_empty_context_has_an_empty_environment() -> None:
    assert ResolutionContext(plan()).environment_state == EnvironmentState("")


def test_a_request_for_a_build_names_none_and_needs_no_confirmation() -> None:
    request, context = Nowhere("website", "staging", ANDY), ResolutionContext(plan())
    assert request.named_build == ""
    assert request.confirm(Started(build(), "staging", ANDY, (ANDY,)), context) is None
    assert request.resolve(context) == Refusal("no_build", {"service": "website"})


@pytest.mark.parametrize("kind", [BuildRequest, EnvironmentRequest])
def test_a_request_says_itself_what_it_comes_to(kind: Callable[[str, str, str], object]) -> None:
    with pytest.raises(TypeError, match="abstract"):
        kind("website", "staging", ANDY)


@pytest.mark.parametrize(
    ("request_", "filled"),
    [
        (SignedOff(4, ANDY), SignedOff(4, ANDY, note="fine", ticks=("Log in works",))),
        (
            StartOrPromote("website", "staging", ANDY),
            StartOrPromote("website", "staging", ANDY, note="fine"),
        ),
        (Query("why", ANDY), Query("why", ANDY)),
        (UsageError("team_needed"), UsageError("team_needed")),
    ],
    ids=["all fields", "some", "none", "a usage error"],
)
def test_a_form_fills_the_fields_that_a_request_has(
    request_: Request | UsageError, filled: Request | UsageError
) -> None:
    assert with_filled(request_, {"note": "fine", "ticks": ("Log in works",)}) == filled
