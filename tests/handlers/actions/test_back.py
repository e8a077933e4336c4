from dataclasses import replace

import pytest

from handlers.absence import Absence
from handlers.actions.back import BackRequest, CameBack
from handlers.effects import DirectMessage
from tests.handlers.actions.contexts import read
from tests.handlers.actions.test_away import AGAIN, MONDAY, decided, known
from tests.handlers.builders import AMITA, ANDY, NOW, SERVICE, TIM, later


def test_back_is_read() -> None:
    found = read("back for @amita")
    assert found == BackRequest(ANDY, "amita")
    assert BackRequest(ANDY, "").event(SERVICE, AMITA) == CameBack(SERVICE, (), ANDY, AMITA)


@pytest.mark.parametrize("actor", [AMITA, TIM])
def test_who_is_back_ends_their_absence(actor: str) -> None:
    before = Absence(AMITA, MONDAY, later(hours=-1), AMITA)
    found = decided(CameBack(SERVICE, (), actor, AMITA), known(before))
    assert found.absence == replace(before, until=NOW)
    told = (DirectMessage(SERVICE, AMITA, "set_back", found.reply.values),) if actor == TIM else ()
    assert found.effects == (*told, AGAIN)
