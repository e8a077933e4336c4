"""The five minutes, as four people at one page live through them; told once, for the tests and for the pictures."""

from dataclasses import dataclass, field

from playwright.async_api import Locator, expect

from bot.demo.stage import Stage
from tests.browser.seat import Picture, Seat

YOURS, HERS = ("#ffb454", "rgb(255, 180, 84)"), ("#7ee787", "rgb(126, 231, 135)")
YOUR_WORDS, HER_WORDS = "Hello, space", "Mara was here"
HOLD = "hold"
"""As long as a file of this name is in the folder of the demo, no deployment of the tests goes on."""


@dataclass(frozen=True, slots=True)
class Story:
    """What happens at one page; `picture` is taken where it is worth one, `findings` is what axe found on the way."""

    stage: Stage
    seat: Seat
    picture: Picture
    findings: list[str] = field(default_factory=list[str])

    async def look(self, where: str) -> None:
        self.findings.extend(await self.seat.grave_findings(where))

    async def to_staging(self) -> None:
        """You make a change, and bring it to staging."""
        seat = self.seat
        await self.look("the beginning")
        await seat.changes(YOURS[0], YOUR_WORDS)
        await seat.ticked("change")
        await seat.press("1.0.2 is ready", "Release to staging")
        await seat.ticked("staging")
        await seat.site_says("staging", YOUR_WORDS, YOURS[1])

    async def the_phone_rings(self) -> None:
        """Amita is away, is rung for, and starts testing."""
        seat = self.seat
        await seat.beside(shown=False)
        push = seat.page.locator("#phone .push")
        await expect(push).to_contain_text("Sign off r1 website 1.0.2")
        await self.look("the phone rings")
        await self.picture("phone-rings")
        await push.click()
        if seat.narrow:
            await seat.press("r1 website", "Start testing")
        else:
            screen = seat.page.frame_locator("#phone iframe").locator("#messages")
            await screen.get_by_role("button", name="Start testing").click()
            await seat.ticked("testing")
            await self.picture("phone")
            await seat.page.locator("#phone-bar").click()
        await seat.ticked("testing")

    async def in_the_way(self) -> None:
        """Mara has to wait, and is told for whom; why is asked, and the policy lights up."""
        seat = self.seat
        await seat.become("Mara")
        await seat.changes(HERS[0], HER_WORDS)
        await seat.sees("1.0.3 is ready")
        await seat.types("/release staging")
        await seat.sees("r2 waits for staging: Amita is testing r1. Place 1.")
        await seat.ticked("line")
        await seat.types("/release why r2")
        await seat.sees("r2 website 1.0.3 for staging, waits for 1")
        place = await seat.beside()
        await expect(place.locator(".lit")).to_contain_text("kept: [testers]")
        await seat.ticked("why")
        await self.picture("why")
        await self.look("why")

    async def refused_as_andy(self) -> None:
        """Andy may not sign, and is told who can."""
        await self.seat.become("Andy")
        await self.seat.press("r1 website", "Sign off for testers")
        await self.seat.sees("Only testers can sign r1 off (Amita).")
        await self.seat.ticked("refused")
        await self.picture("refused")

    async def amita_signs(self, number: int) -> None:
        """Both ticks are asked for; one alone is refused by the form."""
        await self.seat.become("Amita")
        await self.seat.press(f"r{number} website", "Sign off for testers")
        form = self.seat.page.locator("#modal")
        await form.get_by_label("Log in works").check()
        await self._submit(form)
        await expect(form.locator(".error")).to_be_visible()
        await self.look("the form of a sign-off")
        await form.get_by_label("Leaderboard loads").check()
        await expect(form.locator(".error")).to_have_count(0)
        if number == 1:
            await self.picture("sign-off")
        await self._submit(form)
        await expect(form).to_be_hidden()

    async def _submit(self, form: Locator) -> None:
        await form.locator("[type=submit]").click()

    async def tim_signs(self, number: int) -> None:
        """He is asked once more by Slack's own question."""
        await self.seat.become("Tim")
        await self.seat.press(f"r{number} website", "Sign off for ops")
        question = self.seat.page.locator("#confirm")
        await expect(question).to_contain_text("production")
        await self.look("the question")
        if number == 1:
            await self.picture("question")
        await question.get_by_role("button").last.click()

    async def to_production(self) -> None:
        """What was signed is what ships: production is yours, staging is Mara's."""
        await self.amita_signs(1)
        await self.seat.ticked("signed")
        await self.seat.site_says("staging", HER_WORDS, HERS[1])
        await self.tim_signs(1)
        await self.seat.ticked("shipped")
        await self.seat.site_says("production", YOUR_WORDS, YOURS[1])

    async def killed(self) -> None:
        """Shiproom is killed while Mara's release is deployed to production."""
        seat, stage, hold = self.seat, self.stage, self.stage.place.root / HOLD
        await self.amita_signs(2)
        hold.touch()
        await self.tim_signs(2)
        place = await seat.beside()
        await expect(place.get_by_text("production is being deployed now")).to_be_visible()
        before = stage.keeper.pid
        await place.get_by_role("button", name="Kill Shiproom").click()
        await expect(place.get_by_text(f"Process {before} was killed.")).to_be_visible()
        hold.unlink()
        await self.picture("killed")
        await seat.ticked("killed")
        await expect(place.get_by_text("production: 2 sent, each ran once")).to_be_visible()
        await seat.site_says("production", HER_WORDS, HERS[1])
        await seat.beside(shown=False)
        await seat.sees("r2 website 1.0.3 went live in production")

    async def rolled_back(self) -> None:
        """Two taps: the command, and the button of the form that names what comes back."""
        seat = self.seat
        await seat.become("Tim")
        await seat.types("/release rollback production")
        form = seat.page.locator("#modal")
        await expect(form).to_contain_text("1.0.2")
        await self._submit(form)
        await seat.ticked("rollback")
        await seat.site_says("production", YOUR_WORDS, YOURS[1])
        await seat.beside(shown=False)
        await seat.types("/release where")
        await seat.sees("locked by Tim")
        await self.picture("rolled-back")

    async def cheated(self) -> None:
        """A stored sign-off is altered, and the history names the row."""
        place = await self.seat.beside()
        await place.get_by_role("button", name="Alter a sign-off").click()
        await expect(place.get_by_text("history website:")).to_be_visible()
        await self.seat.ticked("cheat")
        await self.picture("cheat")
        await place.get_by_role("button", name="Put it back").click()
        await expect(place.get_by_text("(exit status 0)")).to_be_visible()

    async def with_your_team(self) -> None:
        """What is to be pasted is there, three times."""
        place, sheet = await self.seat.beside(), self.seat.page.locator("#paste")
        for title in ("Slack with GitHub Actions", "Slack with your own script", "Just looking on"):
            await place.get_by_role("button", name=title).click()
            await expect(sheet.get_by_role("heading", name=title)).to_be_visible()
            await expect(sheet.locator("pre").first).to_contain_text("socket_mode_enabled: true")
            await self.look(title)
            await sheet.get_by_role("button", name="Close").click()
        await self.seat.ticked("team")

    async def whole(self) -> None:
        """Everything, in the order of the guide."""
        await self.to_staging()
        await self.the_phone_rings()
        await self.in_the_way()
        await self.refused_as_andy()
        await self.to_production()
        await self.killed()
        await self.rolled_back()
        await self.cheated()
        await self.with_your_team()
        await self.look("the end")
