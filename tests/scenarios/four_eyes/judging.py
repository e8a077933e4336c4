"""What has to be true of every release at the end of a way, whoever wrote it and whatever is known."""

import asyncio

from tests.scenarios.four_eyes.way import LOOK, SIGNERS, Way

ASKED_AGAIN = 400.0
"""Virtual seconds until a CI that failed a few times has been asked again."""


_SAID = {
    "author_unknown": ("Nobody knows who", "has an author without a name"),
    "changes_unknown": ("Nobody has told what changed",),
}
"""How `why` says each reason to wait."""


async def judge(way: Way, clearing: str = "waive", place: int = -1) -> None:
    """Try to get a build live past its authors, then have it cleared and signed by somebody else."""
    of = way.built[place]
    authors = way.authors(of.sha)
    await way.starts(place)
    deployed = len(way.host.deployed())
    loose = [name for name in SIGNERS if name.lower() in authors and await _signs(way, name)]
    doubts = await way.doubts()
    strangers = authors - {name.lower() for name in SIGNERS} - way.known
    if way.is_exact:
        assert not loose, f"wrote it and signed, though all is known: {loose}"
        assert set(doubts) == ({"author_unknown"} if strangers else set()), (doubts, strangers)
    assert not loose or doubts, f"wrote it and signed, and nothing holds it up: {loose}"
    assert not strangers or doubts, f"nobody knows {strangers}, and nothing holds it up"
    signer = next((name for name in SIGNERS if name.lower() not in authors and way.is_exact), "Tim")
    if doubts:
        await _is_cleared(way, doubts, loose, clearing, signer)
    assert await way.state() == "waiting", "it went live before anybody signed who may"
    assert len(way.host.deployed()) == deployed
    said = await way.says(signer, f"approve r{way.number} as ops")
    assert "signed" in said.lower(), f"{signer} wrote nothing of it and may not sign: {said}"
    await way.lives(place)
    assert way.host.deployed()[-1] == of.sha


async def _signs(way: Way, name: str) -> bool:
    """Have an author try to sign; return whether that was taken."""
    said = await way.says(name, f"approve r{way.number} as ops")
    await asyncio.sleep(LOOK)
    assert await way.state() == "waiting", f"{name} wrote it, signed, and it was deployed"
    refused = "your own work" in said
    assert refused or "signed" in said.lower(), said
    return not refused


async def _is_cleared(
    way: Way, doubts: dict[str, list[str]], loose: list[str], clearing: str, signer: str
) -> None:
    """Check that the reason names who can clear it, that a sign-off alone does not, and clear it."""
    why = await way.says("Sam", f"why r{way.number}")
    for code, who in doubts.items():
        assert "leads" in who, (code, who)
        words = _SAID[code]
        assert any(each in why for each in words), why
    assert "Lena" in why, why
    if clearing == "late":
        await _told_after_the_waiver(way)
        return
    if clearing != "waive":
        await _facts_arrive(way, clearing)
        return
    if signer not in loose:
        await way.says(signer, f"approve r{way.number} as ops")
        await asyncio.sleep(LOOK)
        assert await way.state() == "waiting", "it went live although its authors are not known"
        loose = [*loose, signer]
    for name in loose:
        said = await way.says(name, f"withdraw r{way.number}")
        assert "back" in said.lower() or "withdr" in said.lower(), said
    await way.waives()
    await asyncio.sleep(LOOK)
    assert not await way.doubts(), await way.doubts()


async def _facts_arrive(way: Way, clearing: str) -> None:
    """Let the CI answer again, the build be posted again, or people be added to the policy.

    Whoever wrote it and signed before no longer counts.
    """
    match clearing:
        case "reload":
            await way.knows("bob")
        case "again":
            await way.posts_again()
        case _:
            way.host.compares("")
            way.answering = True

    async def told() -> bool:
        return not await way.doubts()

    await way.until(told, "the facts have arrived")
    await asyncio.sleep(LOOK)


async def _told_after_the_waiver(way: Way) -> None:
    """Let the facts arrive after a waiver, while a lock holds the release up.

    Whoever wrote it and signed before no longer counts: the waiver was for what was not known.
    """
    await way.says("Lena", "lock production we know too little")
    await way.waives()
    way.host.compares("")
    way.answering = True
    await asyncio.sleep(ASKED_AGAIN)
    await way.says("Lena", "unlock production")
    await way.says("Sam", f"r{way.number} to production")
    await asyncio.sleep(3 * LOOK)
    (gate,) = (each for each in (await way.step())["gates"] if each["kind"] == "sign_off")
    assert gate["verdict"] == "waiting", gate
