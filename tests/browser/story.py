"""The six minutes as five people at one page, for the tests and the pictures."""

import re
from dataclasses import dataclass, field

from playwright.async_api import Locator, expect

from bot.demo.environment import DemoEnvironment
from tests.browser.browser_user import BrowserUser, TakePicture

YOURS, HERS = ("#ffb454", "rgb(255, 180, 84)"), ("#7ee787", "rgb(126, 231, 135)")
YOUR_WORDS, HER_WORDS, LAST = "Hello, space", "Mara was here", ("#ff9ecf", "Too soon")
HOLD = "hold"
"""CiEffects wait while a file of this name is in the demo's folder."""


@dataclass(frozen=True, slots=True)
class Story:
    """A run of the story at one page; `findings` collects what axe finds on the way."""

    demo: DemoEnvironment
    user: BrowserUser
    picture: TakePicture
    findings: list[str] = field(default_factory=list[str])

    async def look(self, where: str) -> None:
        self.findings.extend(await self.user.grave_findings(where))

    async def to_staging(self) -> None:
        """Make a change, and release it to staging."""
        user = self.user
        await self.look("the beginning")
        await user.changes(YOURS[0], YOUR_WORDS)
        await user.ticked("change")
        await user.press("1.0.2 is ready", "Release to staging")
        await user.ticked("staging")
        await user.site_says("staging", YOUR_WORDS, YOURS[1])

    async def the_phone_rings(self) -> None:
        """Amita is away; her phone rings, and she starts testing."""
        user = self.user
        await user.panels(shown=False)
        push = user.page.locator("#phone .push")
        await expect(push).to_contain_text("Sign off r1 website 1.0.2")
        await self.look("the phone rings")
        await self.picture("phone-rings")
        await user.use(push)
        if user.narrow:
            await user.press("r1 website", "Start testing")
        else:
            screen = user.page.frame_locator("#phone iframe").locator("#messages")
            await user.use(screen.get_by_role("button", name="Start testing"))
            await user.ticked("testing")
            await expect(user.page.locator('iframe[title="The site staging"]')).to_be_in_viewport(ratio=0.9)
            await self.picture("phone")
            await user.use(user.page.locator("#phone-bar"))
        await user.ticked("testing")

    async def in_the_way(self) -> None:
        """Mara has to wait, asks why, and the policy's line is highlighted."""
        user = self.user
        await user.become("Mara")
        await user.changes(HERS[0], HER_WORDS)
        await user.sees("1.0.3 is ready")
        await user.types("/release staging")
        await user.sees("Amita is testing r1")
        await user.ticked("line")
        await user.types("/release why r2")
        await user.sees("r2 website 1.0.3")
        place = await user.panels()
        await expect(place.locator(".highlight")).to_contain_text("kept: [testers]")
        await user.ticked("why")
        if not user.narrow:
            for name in ("Make a change", "Kill Shiproom", "Alter a sign-off"):
                await expect(place.get_by_role("button", name=name)).to_be_in_viewport(ratio=0.95)
        await self.picture("why")
        await self.look("why")

    async def refused_as_andy(self) -> None:
        """Andy may not sign; the refusal names who can."""
        await self.user.become("Andy")
        await self.user.press("r1 website", "Sign off for testers")
        await self.user.sees("Only testers can sign r1 off (Amita).")
        await self.user.ticked("refused")
        await self.picture("refused")

    async def amita_signs(self, number: int) -> None:
        """Amita ticks both boxes; the form refuses one alone."""
        await self.user.become("Amita")
        await self.user.press(f"r{number} website", "Sign off for testers")
        form = self.user.page.locator("#modal")
        await form.get_by_label("Log in works").check()
        await self._submit(form)
        await expect(form.locator(".error")).to_be_visible()
        if number == 1:
            await self.look("the form of a sign-off")
        await form.get_by_label("Leaderboard loads").check()
        await expect(form.locator(".error")).to_have_count(0)
        if number == 1:
            await self.picture("sign-off")
        await self._submit(form)
        await expect(form).to_be_hidden()

    async def _submit(self, form: Locator) -> None:
        submit = form.locator("[type=submit]")
        await (submit.press("Control+Enter") if self.user.by_keys else submit.click())

    async def tim_signs(self, number: int) -> None:
        """Tim signs, and confirms: in Slack's dialog at a button, in a form from the menu."""
        await self.user.become("Tim")
        await self.user.press(f"r{number} website", "Sign off for ops")
        question = self.user.page.locator("dialog[open]")
        await expect(question).to_contain_text("production")
        if number == 1:
            await self.look("the question")
            await self.picture("question")
        await self.user.use(question.get_by_role("button").last)

    async def to_production(self) -> None:
        """What was signed ships: production is yours, staging is Mara's."""
        await self.amita_signs(1)
        await self.user.ticked("signed")
        await self.user.site_says("staging", HER_WORDS, HERS[1])
        await self.tim_signs(1)
        await self.user.ticked("shipped")
        await self.user.site_says("production", YOUR_WORDS, YOURS[1])

    async def killed(self) -> None:
        """Shiproom is killed while Mara's release is deployed to production."""
        user, demo, hold = self.user, self.demo, self.demo.folder.root / HOLD
        await self.amita_signs(2)
        hold.touch()
        await self.tim_signs(2)
        place = await user.panels()
        await expect(place.get_by_text("production is being deployed now")).to_be_visible()
        before = demo.supervisor.pid
        await user.use(place.get_by_role("button", name="Kill Shiproom"))
        await expect(place.get_by_text(f"Process {before} was killed.")).to_be_visible()
        hold.unlink()
        await self.picture("killed")
        await user.ticked("killed")
        await expect(place.get_by_text("production: 2 sent, each ran once")).to_be_visible()
        await user.site_says("production", HER_WORDS, HERS[1])
        await user.panels(shown=False)
        await user.sees(re.compile(r"r2 website 1\.0\.3.*live in production", re.DOTALL))

    async def failed(self) -> None:
        """The next deployment to production fails; the card says so, and the site is broken."""
        user = self.user
        place = await user.panels()
        await place.get_by_label("Make the next deployment to production fail").check()
        await user.become("Andy")
        await user.changes(*LAST)
        await user.press("1.0.4 is ready", "Release to staging")
        await user.site_says("staging", LAST[1], "rgb(255, 158, 207)")
        await self.amita_signs(3)
        await self.tim_signs(3)
        await user.ticked("failed")
        await user.sees(re.compile(r"r3 website 1\.0\.4.*failed", re.DOTALL))
        await self.picture("failed")
        await self.look("a failure")
        place = await user.panels()
        await expect(place.get_by_label("Make the next deployment to production fail")).not_to_be_checked()
        await expect(user.site("production").locator("p")).to_contain_text("no front page")

    async def rolled_back(self) -> None:
        """Tim rolls back with the button of the card and its form; Irwin reads where all is."""
        user = self.user
        await user.press("r3 website", "Roll back")
        form = user.page.locator("#modal")
        await expect(form).to_contain_text("1.0.3")
        await self._submit(form)
        await user.ticked("rollback")
        await user.site_says("production", HER_WORDS, HERS[1])
        await user.become("Irwin")
        await user.types("/release where")
        await user.sees("locked by Tim")
        await self.picture("rolled-back")

    async def cheated(self) -> None:
        """A stored sign-off is altered, and the history names the row."""
        place = await self.user.panels()
        await self.user.use(place.get_by_role("button", name="Alter a sign-off"))
        await expect(place.get_by_text("history website:")).to_be_visible()
        await self.user.ticked("cheat")
        await self.picture("cheat")
        await self.user.use(place.get_by_role("button", name="Put it back"))
        await expect(place.get_by_text("(exit status 0)")).to_be_visible()

    async def with_your_team(self) -> None:
        """The texts to paste are there, for three setups; the end says what was seen and leads on."""
        await self.user.panels()
        guide, sheet = self.user.page.locator("#guide"), self.user.page.locator("#paste")
        for title in ("Slack with GitHub Actions", "Slack with your own script", "Just watching"):
            offered = guide.get_by_role("button", name=title).first
            await self.user.use(offered)
            await expect(sheet.get_by_role("heading", name=title)).to_be_visible()
            await expect(sheet.locator("pre").first).to_contain_text("socket_mode_enabled: true")
            if title == "Just watching":
                await self.look("what to paste")
            await self.user.use(sheet.get_by_role("button", name="Close"))
        await self.user.ticked("team")
        await expect(guide.get_by_role("heading", name="What you saw")).to_be_visible()
        await self.picture("end")
        await self.look("the end")
        await self.user.use(guide.get_by_role("button", name="Start again"))
        await expect(guide.get_by_text("A new demo is being made")).to_be_visible()

    async def first_minutes(self) -> None:
        """Run all until the first release is in production, in the order of the guide."""
        await self.to_staging()
        await self.the_phone_rings()
        await self.in_the_way()
        await self.refused_as_andy()
        await self.to_production()

    async def last_minutes(self) -> None:
        """Run the rest: a kill, a failure, a rollback, a forgery, the end."""
        await self.killed()
        await self.failed()
        await self.rolled_back()
        await self.cheated()
        await self.with_your_team()
