"""The app's two tokens, their scopes, and the errors of calls without them.

docs.slack.dev/authentication/tokens, docs.slack.dev/reference/scopes; the scope of each method is on the method's page.
"""

from dataclasses import dataclass

from bot.local_slack.methods import METHODS
from bot.local_slack.methods.call import ApiError, Method

APP_SCOPES = frozenset({"connections:write"})


@dataclass(frozen=True, slots=True)
class Tokens:
    """The app's tokens and scopes; None for the bot's means every scope needed."""

    bot: str
    app: str
    scopes: frozenset[str] | None = None
    app_scopes: frozenset[str] = APP_SCOPES

    def kind(self, token: str) -> str:
        """Return `bot` or `app`; raises ApiError."""
        if not token:
            raise ApiError("not_authed")
        if token == self.bot:
            return "bot"
        if token == self.app:
            return "app"
        raise ApiError("invalid_auth")

    def held(self, kind: str) -> frozenset[str]:
        """Return the scopes of a token, which Slack names with every answer."""
        if kind == "app":
            return self.app_scopes
        if self.scopes is not None:
            return self.scopes
        needed = {
            scope for method in METHODS.values() for scope in (method.scope, *method.alternatives) if scope
        }
        return frozenset(needed | {"commands"})

    def admit(self, token: str, method: Method) -> frozenset[str]:
        """Check the token of a call and return its scopes; raises ApiError."""
        kind = self.kind(token)
        if kind != method.by:
            raise ApiError("not_allowed_token_type")
        held = self.held(kind)
        if method.scope and not held & {method.scope, *method.alternatives}:
            raise ApiError(
                "missing_scope", details={"needed": method.scope, "provided": ",".join(sorted(held))}
            )
        return held
