from handlers.actions import read_command
from handlers.actions.rollback import RollbackRequest
from handlers.command_parsing import CommandContext
from tests.handlers.builders import TIM


def test_a_service_that_is_called_like_an_environment() -> None:
    services = {"website": ("staging", "live"), "live": ("staging", "live")}
    context = CommandContext(TIM, services, "website")
    assert read_command("rollback live", context) == RollbackRequest("website", "live", TIM)
    assert read_command("rollback live in staging", context) == RollbackRequest("live", "staging", TIM)
