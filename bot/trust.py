"""The one rule for which certificates count over HTTP: the system's roots, and those of SHIPROOM_CA_FILE beside them.

OpenSSL itself reads SSL_CERT_FILE and SSL_CERT_DIR (its manual, SSL_CTX_set_default_verify_paths), which stand in place of the
system's roots; the file that is named here is added to them.
"""

import os
import ssl
from collections.abc import Mapping
from functools import cache

NAME = "SHIPROOM_CA_FILE"


def trusted() -> ssl.SSLContext | bool:
    """Return what aiohttp takes as `ssl`: True, which is its own context of the system's roots, or one that knows more."""
    path = os.environ.get(NAME, "").strip()
    return _with_file(path) if path else True


@cache
def _with_file(path: str) -> ssl.SSLContext:
    """Read a file once: what is trusted changes with a restart, and a file that goes away ends no connection."""
    context = ssl.create_default_context()
    context.load_verify_locations(path)
    return context


def trust_faults(environ: Mapping[str, str]) -> list[str]:
    """Return a sentence if the file of further roots cannot be used."""
    path = environ.get(NAME, "").strip()
    if not path:
        return []
    try:
        _with_file(path)
    except ssl.SSLError:
        return [
            f"{NAME} is {path!r}: there is no certificate in it: write the authority's there, in PEM form."
        ]
    except OSError as error:
        why = (error.strerror or "it cannot be read").lower()
        return [f"{NAME} is {path!r}: {why}: name a file that the bot may read, or unset it."]
    return []
