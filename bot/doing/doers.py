"""Which function performs which kind of effect: the whole table, in one place."""

from bot.ci.provider import Provider
from bot.doing.board import Board
from bot.doing.deploying import Deploying
from bot.doing.showing import Showing
from bot.doing.telling import TELLS, Telling
from bot.engine import Engine
from bot.perform import Doer
from bot.slack.views import Views
from bot.slack_api.web import SlackWeb


def make_doers(
    engine: Engine, providers: dict[str, Provider], slack: SlackWeb, views: Views
) -> dict[str, Doer]:
    """Give what performs each kind of effect."""
    deploying = Deploying(engine, providers)
    showing = Showing(engine, Board(engine, slack), views)
    telling = Telling(engine)
    return {
        "Trigger": deploying.trigger,
        "StopRun": deploying.stop_run,
        "ShowCard": showing.show_card,
        "Say": showing.say,
        "Announce": showing.announce,
        "Proclaim": showing.proclaim,
        "Whisper": showing.whisper,
        "TellOpen": telling.tell_open,
        **dict.fromkeys(TELLS, telling.tell),
    }
