from handlers.requests import Query
from tests.handlers.actions.contexts import HERE, read
from tests.handlers.builders import ANDY


def test_mine_is_about_all_services() -> None:
    assert read("mine", HERE) == Query("mine", ANDY)
