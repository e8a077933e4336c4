"""Says in words how a CI refuses or fails to answer, and reports it to whatever keeps the health of connections."""

import os
import socket
from datetime import datetime
from http import HTTPStatus

import aiohttp
from yarl import URL

from bot.ci.http.exchange import describe
from bot.ci.http.json_access import moment, one_line, text
from bot.ci.http.peer import Peer
from bot.ci.http.resolver import HostRefusedError
from bot.ci.http.response import CiResponse, NotSent, transient
from bot.health import Health
from bot.network_faults import network_fault

_EXPIRY = "github-authentication-token-expiration"
"""GitHub's changelog, 2021-07-26, "Expiration options for personal access tokens": like `2026-12-01 10:00:00 UTC`."""

_DECIDED_ELSEWHERE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
"""Statuses of reads of which only the provider knows whether they are a refusal: a run may simply be gone."""

SILENT = "does not answer"
"""What is said of a CI to which there is no connection, before the cause in brackets."""

_MOVED = range(300, 400)
_UNCHANGED = 304
_BROKEN = 500
_LONGEST_REASON, _LONGEST_PLACE = 80, 60


class Reports:
    """Reports the answers of one peer; without a health it reports nothing."""

    def __init__(self, peer: Peer, health: Health | None) -> None:
        self._peer = peer
        self._health = health

    def refused(self, words: str, place: str = "") -> None:
        """Report a refusal in words of the provider: of the connection, or of a place of it."""
        if self._health is not None:
            self._health.refused(self._peer.name, self._peer.redact(words), place)

    def answered(self, place: str = "") -> None:
        """Report a good answer."""
        if self._health is not None:
            self._health.answered(self._peer.name, place)

    def expires(self, at: datetime | None) -> None:
        """Report when the token ends."""
        if self._health is not None and at is not None:
            self._health.expires(self._peer.name, at)

    def failed(self, error: Exception) -> None:
        """Report that no connection was made, or no answer came."""
        self.refused(f"{self._peer.product} {SILENT} ({words_of(error)})")

    def limited(self, why: NotSent) -> None:
        """Report that the CI is left alone because of a rate limit."""
        self.refused(self._of_limit(why.why))

    def read(self, path: str, answer: CiResponse, *, optional: bool) -> None:
        """Report the answer to a read; of what is `optional` a refusal of that alone says nothing."""
        place, words = path.partition("?")[0], self._refusal(path, answer)
        self._note_expiry(answer)
        whole = answer.status == HTTPStatus.UNAUTHORIZED or transient(answer)
        if words and not (optional and not whole and answer.status < _BROKEN):
            self.refused(words, "" if whole else place)
        elif answer.ok or answer.status == _UNCHANGED:
            self.answered(place)
        else:
            self.answered()

    def sent(self, answer: CiResponse) -> None:
        """Report the answer to a write; who asked for it says what a refusal means."""
        if answer.status == HTTPStatus.UNAUTHORIZED or transient(answer):
            self.refused(self._refusal("", answer))
        elif answer.ok:
            self.answered()

    def _refusal(self, path: str, answer: CiResponse) -> str:
        """Return what a response refuses; empty if nothing."""
        product, status, said = self._peer.product, answer.status, self._said(answer)
        if transient(answer):
            return self._of_limit(answer.limit)
        if status == HTTPStatus.UNAUTHORIZED:
            return f"{product} refuses {self._peer.credentials} ({said})"
        if status >= _BROKEN:
            return f"{product} {SILENT} ({said})"
        if status >= HTTPStatus.BAD_REQUEST and status not in _DECIDED_ELSEWHERE:
            return f"{product} refuses to show {shortened(path.partition('?')[0], _LONGEST_PLACE)} ({said})"
        login = _instead_of_answer(answer)
        return f"{product} {login}: is `url` its address, and does no login stand before it?" if login else ""

    def _of_limit(self, why: str) -> str:
        return (
            why
            if why.startswith(self._peer.product)
            else f"{self._peer.product} limits how often it is asked"
        )

    def _said(self, answer: CiResponse) -> str:
        reasons = (text(answer.json, key) for key in ("message", "error", "error_description"))
        reason = next(filter(None, reasons), "") or _phrase(answer.status)
        return one_line(str(answer.status), reason[:_LONGEST_REASON])

    def _note_expiry(self, answer: CiResponse) -> None:
        written = answer.header(_EXPIRY)
        if written:
            self.expires(
                moment({"at": written.replace(" UTC", "+0000").replace(" +", "+").replace(" -", "-")}, "at")
            )


_CAUSES: tuple[tuple[type[BaseException], str], ...] = (
    (aiohttp.ClientSSLError, "no secure connection to it can be made"),
    (aiohttp.ConnectionTimeoutError, "no connection in time"),
    (TimeoutError, "no answer in time"),
    (aiohttp.ServerDisconnectedError, "it closed the connection"),
    (socket.gaierror, "its address is not known"),
)


def words_of(error: Exception) -> str:
    """Return in words why no answer came."""
    cause = getattr(error, "os_error", None) or error
    if isinstance(cause, HostRefusedError):
        return one_line(str(cause))
    if fault := network_fault(error):
        return fault
    for kind, words in _CAUSES:
        if isinstance(error, kind) or isinstance(cause, kind):
            return words
    if isinstance(cause, OSError) and cause.errno:
        return os.strerror(cause.errno).lower()
    return one_line(describe(error))


def _instead_of_answer(answer: CiResponse) -> str:
    """Return what came instead of an answer: a redirect that is not followed, or a page for people; else nothing."""
    if answer.status in _MOVED and answer.status != _UNCHANGED:
        return f"sends us elsewhere ({answer.status} to {_host(answer)})"
    is_page = answer.ok and answer.json is None and answer.text.lstrip().startswith("<")
    return f"answers with a web page ({answer.status})" if is_page else ""


def shortened(path: str, longest: int) -> str:
    """Return a path with its middle left out, so that both of its ends can be read."""
    half = (longest - 3) // 2
    return path if len(path) <= longest else f"{path[:half]}...{path[-half:]}"


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _host(answer: CiResponse) -> str:
    try:
        return URL(answer.header("Location")).host or "its own pages"
    except ValueError:
        return "an address that is none"
