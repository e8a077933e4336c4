"""What to do before Slack can be asked, and after the files are written."""

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.setup.answers import Answers
from bot.setup.ci_kinds import KINDS_OF_CI

WELCOME = """\
This writes shiproom.yml, manifest.yml and .env into {folder}.
Ctrl-C stops it: a file is written whole, or not at all.
"""

BEFORE_SLACK = """
{path} is written. Make the Slack app with it:
  1. Open https://api.slack.com/apps: Create New App, From a manifest; paste the file, and install the app.
  2. Copy from its pages what is asked here. (Without it, Enter: ids are typed then, and .env says what is missing.)
"""

_LOAD = "set -a; . ./.env; set +a"
_BUILD = """\
curl -X POST http://127.0.0.1:3000/api/v1/builds -H "Authorization: Bearer $SHIPROOM_API_TOKEN" \\
       -H 'Content-Type: application/json' -d '{{"service": "{service}", "version": "1.0.1", "branch": "{branch}",
       "sha": "'$(git rev-parse HEAD)'", "url": "https://ci.example.org/1"}}'"""


def next_steps(answers: Answers, folder: Path, missing: Sequence[str]) -> Iterator[str]:
    """Yield the steps to the first card, in order; `missing` are the variables that are to be filled in."""
    if missing:
        yield f"Fill in what .env says is missing ({', '.join(missing)}); then: {_LOAD}; shiproom check --online"
    channel = f"#{answers.channel.name}" if answers.channel.name else answers.channel.id
    yield f"In Slack, type /invite @Shiproom in {channel}, if the bot is not there yet."
    if needs := KINDS_OF_CI[answers.ci.kind].needs:
        yield f"{needs}: docs/ci.md has an example."
    if answers.ci.command.startswith("./deploy.sh"):
        yield "Write into deploy.sh how a commit is deployed; until then a deployment fails, and says so."
    yield f"Start the bot: cd {shlex.quote(str(folder))}; {_LOAD}; shiproom run"
    if answers.ci.build_workflow:
        yield f"The next build of {answers.ci.branch} that succeeds is announced in {channel}."
    else:
        build = _BUILD.format(service=answers.service, branch=answers.ci.branch)
        yield f"Let your build report itself with one request; by hand, in a second terminal, after {_LOAD}:\n     {build}"
    yield f"The build is announced in {channel}. Its button, or /release {answers.environments[0]} there, makes the first card."
    yield "If something does not work: shiproom doctor"
