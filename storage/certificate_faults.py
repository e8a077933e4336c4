"""Says in words why a certificate of TLS was refused, for PostgreSQL and for whatever is asked over HTTP."""

import ssl
from collections.abc import Iterator

_UNKNOWN_AUTHORITY = "its certificate was issued by an authority that is not trusted here"

_WORDS = {
    2: _UNKNOWN_AUTHORITY,
    9: "its certificate is not valid yet: is the clock of this machine right?",
    10: "its certificate has expired: it has to be renewed there",
    18: "its certificate vouches for itself only, and is not trusted here",
    19: _UNKNOWN_AUTHORITY,
    20: _UNKNOWN_AUTHORITY,
    21: _UNKNOWN_AUTHORITY,
    23: "its certificate was revoked",
    62: "its certificate is for another host name than the one that is asked",
    64: "its certificate is for another address than the one that is asked",
}
"""The words of the codes of OpenSSL (its manual, X509_STORE_CTX_get_error, and x509_vfy.h)."""

_OF_THE_AUTHORITY = frozenset({2, 18, 19, 20, 21})


def certificate_fault(error: BaseException, trust: str) -> str:
    """Return why a certificate was refused; empty if none was.

    `trust` says how to trust an authority that is not trusted yet.
    """
    for each in _causes(error):
        # aiohttp's own error is of this kind as well, and has no code.
        code = getattr(each, "verify_code", None) if isinstance(each, ssl.SSLCertVerificationError) else None
        if code is not None:
            words = _WORDS.get(
                code, f"its certificate is not trusted ({getattr(each, 'verify_message', code)})"
            )
            return f"{words}: {trust}" if code in _OF_THE_AUTHORITY else words
    return ""


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Go through an error and what it came from, as aiohttp and the drivers keep it."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        each = waiting.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        named = (getattr(each, name, None) for name in ("certificate_error", "os_error", "orig"))
        waiting += [*(other for other in named if isinstance(other, BaseException)), each.__cause__]
