"""The whole story: a build becomes a production release, decided in chat; then it is rolled back and unlocked."""

from tests.world import CHANNEL, World


async def ship(world: World, number: int, version: str) -> None:
    """Take a ready build to production."""
    amita, card = world.person("Amita"), f"r{number} website"
    await world.press("Andy", "Release to staging", f"{version} *is ready")
    await world.until(number, "waiting", "production")
    await world.press("Amita", "Start testing", card)
    await world.press("Amita", "Sign off for testers", card)
    await amita.fill(amita.modal, {"Checked": True, "Note": "all fine"}).submit()
    assert amita.modal is None
    pressed = await world.press("Tim", "Sign off for ops", card)
    assert pressed.confirm is not None
    assert "production" in pressed.confirm.text
    await world.until(number, "done")


async def test_a_build_becomes_a_production_release(world: World) -> None:
    await world.start()
    await world.build("2.4.0")
    await ship(world, 1, "2.4.0")
    await world.build("2.4.1", title="Safari log-in")
    await ship(world, 2, "2.4.1")
    assert [line.split()[:2] for line in world.deployed()] == [
        ["staging", "2.4.0"],
        ["production", "2.4.0"],
        ["staging", "2.4.1"],
        ["production", "2.4.1"],
    ]
    tim = world.person("Tim")
    await tim.command("/release", "rollback production checkout is broken", CHANNEL)
    assert "2.4.0" in tim.reads_modal()
    await tim.fill(tim.modal, {}).submit()
    await world.until(3, "done")
    assert (world.directory / "deploy" / "live-production").read_text().strip() == "2.4.0"
    where = await world.says("Irwin", "where")
    assert "locked by Tim" in where
    assert "open again" in await world.says("Tim", "unlock production")
