"""What to paste to use Shiproom with one's own team.

Each setup is complete, and tests run `shiproom check` on each policy.
"""

from dataclasses import dataclass
from pathlib import Path

from bot.local_slack.model import Json
from bot.manifest import manifest

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Setup:
    """A setup: its purpose, and the files to paste, each with instructions."""

    title: str
    text: str
    parts: tuple[tuple[str, str], ...]


SETUPS = (
    Setup(
        "Slack with GitHub Actions",
        "No public URL: Slack comes through Socket Mode, and GitHub is asked every 15 seconds.",
        (
            ("shiproom.yml, beside your code", "github.yml"),
            (".github/workflows/deploy.yml", "github-deploy.yml"),
            ("In a terminal on a machine that stays on", "install.sh"),
            ("In the same terminal", "github.sh"),
        ),
    ),
    Setup(
        "Slack with your own script",
        "Deployments are commands on the bot's own machine; your build announces itself with one request.",
        (
            ("shiproom.yml, beside your script", "script.yml"),
            ("In a terminal on that machine", "install.sh"),
            ("In the same terminal", "script.sh"),
            ("At the end of your build", "announce.sh"),
        ),
    ),
    Setup(
        "Just watching",
        "Everything stays as it is: builds and deployments of GitHub Actions appear in the channel. The token can only read, "
        "so nothing can be started from Slack.",
        (
            ("shiproom.yml, beside your code", "watching.yml"),
            ("In a terminal on a machine that stays on", "install.sh"),
            ("In the same terminal", "github.sh"),
        ),
    ),
)


def team_panel() -> Json:
    """Return all setups as a side panel."""
    app = "The Slack app: api.slack.com/apps, Create New App, From a manifest"
    return {
        "kind": "paste",
        "title": "Use it with your team",
        "text": "Pick how you deploy; then paste what it shows, in order. Or let `shiproom init` ask you for all of it.",
        "post": "/demo/shared",
        "choices": [
            {
                "title": way.title,
                "text": way.text,
                "parts": [
                    {"title": app, "text": manifest()},
                    *({"title": title, "text": _read(HERE / name)} for title, name in way.parts),
                ],
            }
            for way in SETUPS
        ],
    }


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")
