"""Who a program is: alive or not, and never another one with the same number."""

import os
import subprocess
import time

from bot.ci.local.identity import group_lives, has_ended, identity_of


def test_a_living_program_has_an_identity_that_stays() -> None:
    mine = identity_of(os.getpid())
    number, ticks, boot = mine.split()
    assert (int(number), identity_of(os.getpid())) == (os.getpid(), mine)
    assert int(ticks) > 0
    assert len(boot) == 36


def test_two_programs_differ_in_it() -> None:
    with subprocess.Popen(("/bin/sleep", "60")) as other:
        assert identity_of(other.pid) not in {"", identity_of(os.getpid())}
        other.kill()


def test_one_that_has_ended_has_none_although_its_number_is_kept() -> None:
    with subprocess.Popen(("/bin/sleep", "60"), process_group=0) as child:
        assert group_lives(child.pid)
        assert not has_ended(child.pid)
        child.kill()
        until = time.monotonic() + 20
        while not has_ended(child.pid) and time.monotonic() < until:
            time.sleep(0.01)
        assert has_ended(child.pid)
        assert identity_of(child.pid) == ""
        assert not group_lives(child.pid)
    assert identity_of(child.pid) == ""
