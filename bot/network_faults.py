"""Says in words why no connection was made over HTTP, where somebody has to change something for that."""

import aiohttp

from storage.certificate_faults import certificate_fault

_TRUST = "name the certificate of that authority in SHIPROOM_CA_FILE"
_UNAUTHORIZED = 407


def network_fault(error: BaseException) -> str:
    """Return why a certificate, or a way through a proxy, was refused; empty if none was.

    The message of the proxy's own error is left out: it has the proxy's address, with the password.
    """
    if isinstance(error, aiohttp.ClientHttpProxyError):
        password = ": check the user and the password in its address" if error.status == _UNAUTHORIZED else ""
        return f"the proxy refuses to lead there ({error.status}){password}"
    return certificate_fault(error, _TRUST)
