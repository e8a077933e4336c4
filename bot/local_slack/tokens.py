"""The two tokens of an app, and the scopes of each: what a call without the right one is told.

docs.slack.dev/authentication/tokens, docs.slack.dev/reference/scopes; the scope of each method is on the method's page.
"""

from dataclasses import dataclass

from bot.local_slack.methods import METHODS
from bot.local_slack.methods.call import ApiError, Method

APP_SCOPES = frozenset({"connections:write"})


@dataclass(frozen=True, slots=True)
class Tokens:
    """The two tokens of the app, and their scopes (None for the bot's: all that are ever needed)."""

    bot: str
    app: str
    scopes: frozenset[str] | None = None
    app_scopes: frozenset[str] = APP_SCOPES

    def kind(self, token: str) -> str:
        """`bot` or `app`; raises ApiError."""
        if not token:
            raise ApiError("not_authed")
        if token == self.bot:
            return "bot"
        if token == self.app:
            return "app"
        raise ApiError("invalid_auth")

    def held(self, kind: str) -> frozenset[str]:
        """The scopes of a token, which Slack names with every answer."""
        if kind == "app":
            return self.app_scopes
        if self.scopes is not None:
            return self.scopes
        needed = {scope for method in METHODS.values() for scope in (method.scope, *method.instead) if scope}
        return frozenset(needed | {"commands"})

    def admit(self, token: str, method: Method) -> frozenset[str]:
        """Let a call in and give the scopes of its token; raises ApiError."""
        kind = self.kind(token)
        if kind != method.by:
            raise ApiError("not_allowed_token_type")
        held = self.held(kind)
        if method.scope and not held & {method.scope, *method.instead}:
            raise ApiError(
                "missing_scope", beside={"needed": method.scope, "provided": ",".join(sorted(held))}
            )
        return held
