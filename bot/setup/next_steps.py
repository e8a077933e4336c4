"""What to do before Slack can be asked, and after the files are written."""

from collections.abc import Iterator
from pathlib import Path

from bot.setup.answers import Answers
from bot.setup.ci_kinds import KINDS_OF_CI

BEFORE_SLACK = """
{path} is written. Make the Slack app with it:
  1. Open https://api.slack.com/apps: Create New App, From a manifest; paste the file, and install the app.
  2. Copy from its pages what is asked here. (Without it, Enter: ids are typed then, and .env says what is missing.)
"""

_BUILD = """\
curl -X POST http://127.0.0.1:3000/api/v1/builds -H "Authorization: Bearer $SHIPROOM_API_TOKEN" \\
       -H 'Content-Type: application/json' -d '{{"service": "{service}", "version": "1.0.1", "branch": "{branch}",
       "sha": "'$(git rev-parse HEAD)'", "url": "https://ci.example.org/1"}}'"""


def next_steps(answers: Answers, folder: Path) -> Iterator[str]:
    """Yield the steps to the first card, in order."""
    channel = f"#{answers.channel.name}" if answers.channel.name else answers.channel.id
    yield f"In Slack, type /invite @Shiproom in {channel}, if the bot is not there yet."
    if needs := KINDS_OF_CI[answers.ci.kind].needs:
        yield f"{needs}: docs/ci.md has an example."
    if answers.ci.command.startswith("./deploy.sh"):
        yield "Write into deploy.sh how a commit is deployed; until then a deployment fails, and says so."
    yield f"Start the bot: cd {folder}; set -a; . ./.env; set +a; shiproom run"
    if answers.ci.build_workflow:
        yield f"The next build of {answers.ci.branch} that succeeds is announced in {channel}."
    else:
        build = _BUILD.format(service=answers.service, branch=answers.ci.branch)
        yield f"Let your build report itself with one request; by hand, in a second terminal with .env:\n     {build}"
    yield f"The build is announced in {channel}. Its button, or /release {answers.environments[0]} there, makes the first card."
    yield "If something does not work: shiproom doctor"
