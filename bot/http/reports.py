"""The reports of the API: the measures, deployments and waits of a period, from the history alone."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from aiohttp import web

from bot.engine import Engine
from bot.http.answers import FieldErrorJson
from bot.http.api_operations import REPORT
from bot.http.callers import Callers
from bot.http.described import described
from bot.reports.report_json import report_json
from bot.reports.requested import BEGINNING, ReportRequest, make_report
from handlers.policy import ApiToken

USUAL = timedelta(days=7)
"""How long a report goes back that names no beginning."""


class Reports:
    """The route /api/v1/reports."""

    def __init__(self, engine: Engine, callers: Callers) -> None:
        self._engine = engine
        self._callers = callers

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [self._callers.route("GET", "/api/v1/reports", self.report)]

    @described(REPORT)
    async def report(self, request: web.Request, token: ApiToken) -> web.Response:
        """Report on the services of a token, or on one of them; 422 with the wrong field."""
        now, service = self._engine.clock.now(), request.query.get("service", "")
        if service and (service not in self._engine.policy.plans or not token.is_for(service)):
            return _invalid(f"The service {service} is not in shiproom.yml, or not this token's.", "service")
        until = _time(request.query.get("to", ""), now)
        if until is None:
            return _invalid(_UNREAD, "to")
        until = min(until, now)
        since = _time(request.query.get("from", ""), until - USUAL)
        if since is None:
            return _invalid(_UNREAD, "from")
        if since >= until:
            return _invalid("The report ends before it begins, or has not begun yet.", "from")
        wanted = ReportRequest(since, until, (service,) if service else token.services)
        return web.json_response(
            report_json(await make_report(self._engine.database, self._engine.policy, wanted))
        )


_UNREAD = "Write a date like 2026-11-20, for its beginning in UTC, or a time with its zone like 2026-11-20T09:30:00Z."


def _time(written: str, otherwise: datetime) -> datetime | None:
    """Return a time that was written, or another one for nothing; None for what is no time, or none of a zone."""
    if not written:
        return otherwise
    try:
        found = datetime.fromisoformat(written)
        if len(written) == len("2026-11-20"):
            found = found.replace(tzinfo=UTC)
        found = found.astimezone(UTC) if found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
    return found if found is not None and found > BEGINNING + USUAL else None


def _invalid(sentence: str, field: str) -> web.Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return web.json_response(FieldErrorJson(error=sentence, field=field), status=status)
