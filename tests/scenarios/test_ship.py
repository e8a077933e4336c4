"""The whole story: a build becomes a production release, decided in chat; then it is rolled back and unlocked."""

from tests.world import CHANNEL, World


async def ship(world: World, number: int, version: str) -> None:
    """Take a ready build to production."""
    andy, amita, tim = world.person("Andy"), world.person("Amita"), world.person("Tim")
    ready = await andy.until_sees(CHANNEL, f"{version}* is ready")
    await andy.click(ready, "Release to staging")
    await world.until(number, "waiting", "production")
    card = await world.card(number, f"r{number} website {version}")
    await amita.click(card, "Start testing")
    card = await world.card(number, "testing since")
    await amita.click(card, "Sign off for testers")
    assert amita.modal is not None
    await amita.fill(amita.modal, {"Checked": True, "Note": "all fine"}).submit()
    assert amita.modal is None
    card = await world.card(number, "all fine")
    pressed = await tim.click(card, "Sign off for ops")
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
