"""What to paste for using Shiproom with one's own team: each way complete, and each policy held to `shiproom check`."""

from dataclasses import dataclass
from pathlib import Path

from bot.local_slack.model import Json

HERE = Path(__file__).parent
MANIFEST = HERE.parents[2] / "manifest.yml"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to use it: what it is for, and the files to paste, each with what to do with it."""

    title: str
    text: str
    parts: tuple[tuple[str, str], ...]


WAYS = (
    Way(
        "Slack with GitHub Actions",
        "No public URL: Slack comes through Socket Mode, and GitHub is asked every 15 seconds.",
        (
            ("shiproom.yml, beside your code", "github.yml"),
            (".github/workflows/deploy.yml", "github-deploy.yml"),
            ("In a terminal on a machine that stays on", "github.sh"),
        ),
    ),
    Way(
        "Slack with your own script",
        "Deployments are commands on the bot's own machine; your build tells of itself with one request.",
        (
            ("shiproom.yml, beside your script", "script.yml"),
            ("In a terminal on that machine", "script.sh"),
            ("At the end of your build", "announce.sh"),
        ),
    ),
    Way(
        "Just looking on",
        "Everything stays as it is: builds and deployments of GitHub Actions are told in the channel. The token may only read, "
        "so nothing can be started from Slack.",
        (
            ("shiproom.yml, beside your code", "looking.yml"),
            ("In a terminal on a machine that stays on", "github.sh"),
        ),
    ),
)


def team_panel() -> Json:
    """Give all ways in the form that the page takes."""
    app = "The Slack app: api.slack.com/apps, Create New App, From a manifest"
    manifest = [{"title": app, "text": _read(MANIFEST)}] if MANIFEST.is_file() else []
    return {
        "kind": "paste",
        "title": "Use it with your team",
        "text": "Pick how you deploy; then three things to paste.",
        "post": "/demo/shared",
        "choices": [
            {
                "title": way.title,
                "text": way.text,
                "parts": manifest
                + [{"title": title, "text": _read(HERE / name)} for title, name in way.parts],
            }
            for way in WAYS
        ],
    }


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")
