"""Says in words what is wrong with the encryption of a connection to PostgreSQL, and what to do."""

import ssl
from collections.abc import Mapping
from pathlib import Path

from storage.certificate_faults import certificate_fault

_TRUST = "name the certificate of that authority with sslrootcert="
_WHAT_TO_DO = {
    "rejected SSL upgrade": "the server has no TLS: turn it on there with ssl = on, or leave sslmode out",
    "requires a valid client certificate": "the server wants a certificate of ours: name it with sslcert= and sslkey=",
    "no encryption": "the server takes no connection without TLS: add sslmode=require",
    "root certificate file": "nothing says which authority is trusted: name its certificate with sslrootcert=, or write "
    "sslrootcert=system",
}
"""What PostgreSQL and its driver say, and what it means."""


def tls_fault(error: BaseException) -> str:
    """Return why a connection could not be encrypted as it is wanted; empty if that was not the reason."""
    said = str(getattr(error, "orig", None) or error)
    known = next((words for part, words in _WHAT_TO_DO.items() if part in said), "")
    return certificate_fault(error, _TRUST) or known


def file_fault(files: Mapping[str, str]) -> str:
    """Return what is wrong with the files that an address names, by their words; empty if nothing is.

    They are looked at before the driver reads them, whose errors do not name them.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for word, path in files.items():
        try:
            with Path(path).open("rb"):
                pass
            if word in {"sslrootcert", "sslcrl"}:
                context.load_verify_locations(path)
        except ssl.SSLError:
            return f"{word}={path} holds no certificate in PEM form"
        except OSError as error:
            return f"{word}={path} cannot be read ({error.strerror})"
    return _key_fault(files)


def _key_fault(files: Mapping[str, str]) -> str:
    """Return that a certificate and its key do not belong together; one with a password is left to the driver."""
    certificate, key = files.get("sslcert"), files.get("sslkey")
    if certificate is None or key is None:
        return ""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
    except _LockedError:
        return ""
    except ssl.SSLError:
        return f"sslkey={key} is not the key of sslcert={certificate}"
    return ""


class _LockedError(Exception):
    """The key has a password."""


def _no_password() -> str:
    raise _LockedError
