"""Keeps what Slack refuses until somebody changes something: in words, and with one call at a time that tries again.

Slack's errors are those of the methods' pages (docs.slack.dev/reference/methods). What they say of one message, such as
`message_not_found`, is for the sender of that message.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.health import SLACK, Health
from bot.slack_client.results import CallDeferred, CallRejected, CallResult, CallSucceeded

log = logging.getLogger("shiproom.slack")

OF_THE_TOKEN = frozenset(
    {
        "access_denied",
        "accesslimited",
        "account_inactive",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
"""Refusals of every call, until the app is installed again or its token is replaced."""

OF_THE_METHOD = frozenset(
    {
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "paid_teams_only",
        "plan_upgrade_required",
        "permission_denied",
    }
)
"""Refusals of one method, until the app has the scope or the workspace the plan."""

_INVITE = "type /invite @Shiproom in {channel}"
_ALLOW = "let the app post there, in the channel's settings"
OF_THE_CHANNEL = {
    "not_in_channel": _INVITE,
    "channel_not_found": f"{_INVITE} if it is private, or name another channel in shiproom.yml",
    "is_archived": "unarchive it, or name another channel in shiproom.yml",
    "is_inactive": "unarchive it, or name another channel in shiproom.yml",
    "team_not_found": "name another channel in shiproom.yml",
    "external_channel_migrating": "wait until Slack has moved it",
    "restricted_action": _ALLOW,
    "restricted_action_non_threadable_channel": _ALLOW,
    "restricted_action_read_only_channel": _ALLOW,
    "restricted_action_thread_locked": _ALLOW,
    "restricted_action_thread_only_channel": _ALLOW,
}
"""Refusals in one channel, and what to do there."""

LONGEST_PAUSE = 30.0
"""Most seconds between two tries; all that waits is to be there within a minute after the cause is gone."""

TRIAL = 2.0
"""Seconds that others wait for the result of the call that tries again."""

TOLERANCE = 0.02


def is_lasting(error: str) -> bool:
    """Return whether an error stays until somebody changes something outside Shiproom."""
    return error in OF_THE_TOKEN or error in OF_THE_METHOD or error in OF_THE_CHANNEL


@dataclass(slots=True)
class _Refusal:
    """A method or a channel that is refused.

    `first` is the key of the call that tries again at `until`; while it is `trying`, others wait for its result.
    """

    words: str
    times: int = 0
    until: float = 0.0
    first: str = ""
    trying: bool = False


class Refusals:
    """The lasting refusals of one token. `now` returns monotonic seconds."""

    def __init__(self, now: Callable[[], float], health: Health | None) -> None:
        self._now = now
        self._health = health
        self._channels: frozenset[str] = frozenset()
        self._token = ""
        self._token_refused_for: dict[str, str] = {}
        self._refused: dict[str, _Refusal] = {}

    def watch(self, channels: Iterable[str]) -> None:
        """Set the channels that the policy names; what was refused in others is forgotten."""
        self._channels = frozenset(channels)
        wanted = {_channel_name(channel) for channel in self._channels}
        for name in [
            each for each in self._refused if each.startswith(_channel_name("")) and each not in wanted
        ]:
            del self._refused[name]
            if self._health is not None:
                self._health.forget(name)

    def words(self, *methods: str) -> str:
        """Return why Slack cannot be asked with these methods, in words; empty if nothing is known to be in the way."""
        refused = (self._refused.get(_method_name(method)) for method in methods)
        silence = self._health.of(SLACK).refusal if self._health is not None else ""
        token = self._token or next(filter(None, map(self._token_refused_for.get, methods)), "")
        return token or next((each.words for each in refused if each is not None), silence)

    def wait(self, method: str, channel: str, key: str) -> CallDeferred | None:
        """Return how long a call has to wait for what is refused; None if it may be made now."""
        for name in (_method_name(method), _channel_name(channel)):
            refusal = self._refused.get(name)
            seconds = self._ahead(refusal, key) if refusal is not None else 0.0
            if refusal is not None and seconds > 0:
                return CallDeferred(seconds, refusal.words, failed=False)
        return None

    def _ahead(self, refusal: _Refusal, key: str) -> float:
        ahead = refusal.until - self._now()
        own = refusal.first in {"", key}
        if ahead > TOLERANCE and not (refusal.trying and own):
            refusal.first = refusal.first or key
            return ahead if own else ahead + TRIAL
        if not refusal.trying or ahead <= TOLERANCE:
            refusal.until = self._now() + TRIAL
        refusal.first, refusal.trying = key, True
        return 0.0

    def note(self, method: str, channel: str, called: CallResult) -> None:
        """Note what a call says of the token, of its method and of its channel."""
        match called:
            case CallSucceeded():
                self._token_works()
                self._token_refused_for.pop(method, None)
                self._works(_method_name(method))
                self._works(_channel_name(channel))
            case CallRejected(error) if error in OF_THE_TOKEN:
                self._token_refused(
                    method,
                    f"Slack refuses SLACK_BOT_TOKEN ({error}, asked for {method}): install the app again, "
                    "copy SLACK_BOT_TOKEN again from OAuth & Permissions, and restart Shiproom.",
                )
            case CallRejected(error, needed):
                self._token_works()
                self._note_rejected(method, channel, error, needed)
            case CallDeferred(_, why, failed):
                if failed and self._health is not None:
                    self._health.refused(SLACK, why)

    def _note_rejected(self, method: str, channel: str, error: str, needed: str) -> None:
        if error in OF_THE_METHOD:
            scope = f"the scope {needed}" if needed else "the scopes of manifest.yml"
            todo = f"give the app {scope} under OAuth & Permissions, then install it again."
            self._refuse(_method_name(method), f"Slack refuses {method} ({error}): {todo}")
        elif method == "chat.postMessage" and error in OF_THE_CHANNEL and channel in self._channels:
            todo = OF_THE_CHANNEL[error].format(channel=channel)
            self._refuse(
                _channel_name(channel), f"Slack refuses {method} in the channel {channel} ({error}): {todo}."
            )

    def _refuse(self, name: str, words: str) -> None:
        refusal = self._refused.get(name)
        if refusal is None or refusal.words != words:
            log.error("%s", words)
        refusal = self._refused.setdefault(name, _Refusal(words))
        refusal.words = words
        if self._health is not None:
            self._health.refused(name, words)
        if refusal.trying or refusal.until <= self._now():
            refusal.until = self._now() + min(LONGEST_PAUSE, 2.0**refusal.times)
            refusal.times += 1
            refusal.first, refusal.trying = "", False

    def _works(self, name: str) -> None:
        if self._refused.pop(name, None) is not None:
            log.warning("%s works again", name)
            if self._health is not None:
                self._health.answered(name)

    def _token_refused(self, method: str, words: str) -> None:
        self._token_refused_for[method] = words
        if not self._token:
            log.error("%s", words)
        self._token = words
        if self._health is not None:
            self._health.refused(SLACK, words)

    def _token_works(self) -> None:
        if self._token:
            log.warning("Slack accepts SLACK_BOT_TOKEN again")
        self._token = ""
        if self._health is not None:
            self._health.answered(SLACK)


def _method_name(method: str) -> str:
    return f"{SLACK} {method}"


def _channel_name(channel: str) -> str:
    return f"{SLACK} channel {channel}"
