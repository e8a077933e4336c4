"""Reads a DATABASE_URL of PostgreSQL as libpq and those who hand out databases write it.

SQLAlchemy passes the words behind the `?` to the driver, which refuses most of libpq's. Here they are translated, or refused
in one sentence. The words are those of PostgreSQL's documentation, "Parameter Key Words" (libpq).
"""

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from storage.database import StorageError

SCHEMES = ("postgresql", "postgres", "postgresql+asyncpg")
CONNECTIONS = 18
"""How many connections one process opens at most, unless `pool_size` says otherwise."""

FEWEST = 2
"""One connection is kept to be woken and to hold locks; one at least has to work."""

_TIMEOUT = 10.0
_TIMEOUT_OF_SEVERAL = 3.0
"""Seconds for each of several hosts, so that the next one is reached while people and CIs still wait."""

_HOSTS = r"(?P<hosts>(?:\[[^\]@/]*\]|[^@/?#:,\[\]]*)(?::\d*)?(?:,(?:\[[^\]@/]*\]|[^@/?#:,\[\]]*)(?::\d*)?)*)"
_REST = rf"{_HOSTS}(?:/(?P<database>[^?#/]*))?(?:\?(?P<words>.*))?"
# A password may hold an unescaped @, /, [ or #, as long as only one reading of the address is left.
_FORMS = tuple(
    re.compile(rf"(?P<scheme>[a-z+]+)://(?:(?P<login>{login})@)?{_REST}", re.DOTALL)
    for login in (r"[^/?]*", r".*")
)
_OPTION = re.compile(r"(?:-c\s*|--)([A-Za-z_][\w.]*)=((?:\\.|[^\s\\])*)")
_LOOPBACK = re.compile(r"localhost|127\.\d+\.\d+\.\d+|::1|/.*|")

# What the driver itself reads from an address.
_DRIVER_WORDS = frozenset(
    {
        "sslmode",
        "sslcert",
        "sslkey",
        "sslrootcert",
        "sslcrl",
        "sslpassword",
        "sslnegotiation",
        "ssl_min_protocol_version",
        "ssl_max_protocol_version",
        "target_session_attrs",
        "passfile",
        "krbsrvname",
        "gsslib",
    }
)
_FILES = ("sslrootcert", "sslcrl", "sslcert", "sslkey")
# What makes no difference here: lost connections are found by asking, and the driver compresses and encrypts by GSS never.
_WITHOUT_EFFECT = frozenset(
    {
        "keepalives",
        "keepalives_idle",
        "keepalives_interval",
        "keepalives_count",
        "tcp_user_timeout",
        "sslcompression",
        "sslsni",
        "gssdelegation",
    }
)
_ONLY = {
    "channel_binding": (
        {"prefer", "disable"},
        "the driver cannot bind the channel; write channel_binding=prefer, and sslmode=verify-full to check the server",
    ),
    "gssencmode": ({"prefer", "disable"}, "the driver has no GSS encryption; leave it out"),
    "client_encoding": ({"utf8", "utf-8", "auto", "unicode"}, "Shiproom always speaks UTF-8; leave it out"),
    "load_balance_hosts": ({"disable"}, "Shiproom always begins with the first host; leave it out"),
    "sslmode": (
        {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"},
        "disable, allow, prefer, require, verify-ca and verify-full are known",
    ),
    "target_session_attrs": (
        {"any", "read-write", "primary"},
        "Shiproom has to write: any, read-write and primary are possible",
    ),
}


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """Where a PostgreSQL is and how to connect to it; `arguments` are the driver's.

    `hosts` is how people would name it. `plain` means that nothing asks for encryption of a connection that leaves the machine.
    """

    arguments: Mapping[str, Any] = field(repr=False)
    hosts: str = ""
    passwords: tuple[str, ...] = field(default=(), repr=False)
    connections: int = CONNECTIONS
    plain: bool = False
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    """The files of certificates and keys, by their words."""


def read_address(url: str) -> PostgresAddress:
    """Read an address.

    Raises StorageError with one sentence that names what is not understood, and never the password.
    """
    parts = _split(url)
    words = _read_words(parts["words"])
    login = parts["login"]
    user, _, password = login.partition(":")
    hosts, ports = _read_hosts(words.pop("host", "") or parts["hosts"], words.pop("port", ""))
    secret = words.pop("password", "") or unquote(password)
    connections = _number(words, "pool_size", CONNECTIONS)
    if connections < FEWEST:
        raise _refused(f"pool_size={connections}", f"{FEWEST} is the smallest number that works")
    several = hosts is not None and len(hosts) > 1
    timeout = _TIMEOUT_OF_SEVERAL if several else _TIMEOUT
    arguments: dict[str, Any] = {
        "host": hosts,
        "port": ports,
        "user": words.pop("user", "") or unquote(user) or None,
        "password": secret or None,
        "database": words.pop("dbname", "") or unquote(parts["database"]) or None,
        "timeout": float(_number(words, "connect_timeout", 0)) or timeout,
        "server_settings": _server_settings(words),
    }
    if several:
        words.setdefault("target_session_attrs", "read-write")
    local = all(_LOOPBACK.fullmatch(host) for host in hosts or ("",))
    plain = not local and words.get("sslmode", "prefer") in {"disable", "allow", "prefer"}
    files = {word: words[word] for word in _FILES if words.get(word) not in {None, "", "system"}}
    arguments.update(_encryption(words))
    secrets = tuple({each for each in (secret, password, words.get("sslpassword", "")) if each})
    return PostgresAddress(arguments, ",".join(hosts or ()), secrets, connections, plain, files)


def _split(url: str) -> Mapping[str, str]:
    for form in _FORMS:
        found = form.fullmatch(url.strip())
        if found is not None and found["scheme"] in SCHEMES:
            return {name: value or "" for name, value in found.groupdict().items()}
    message = "DATABASE_URL is not understood: write postgresql://user:password@host:5432/name, and %40 for an @ in it."
    raise StorageError(message)


def _read_words(text: str) -> dict[str, str]:
    try:
        words = dict(parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text)))
    except ValueError as error:
        raise _refused("what stands behind the ?", "write word=value&word=value") from error
    if "ssl" in words:
        words.setdefault("sslmode", words.pop("ssl"))
    for word, (known, why) in _ONLY.items():
        if word in words and words[word].lower() not in known:
            raise _refused(f"{word}={words[word]}", why)
    return words


def _read_hosts(hosts: str, ports: str) -> tuple[list[str] | None, list[int] | None]:
    """Return the hosts with the port of each; none means the local server, as for libpq."""
    if not hosts:
        return None, [_port(ports)] if ports else None
    named: list[str] = []
    numbered: list[int] = []
    after = ports.split(",")
    for place, each in enumerate(hosts.split(",")):
        found = re.fullmatch(r"(?:\[(?P<six>.*)\]|(?P<name>/.*|[^:]*))(?::(?P<port>\d*))?", each)
        if found is None:
            raise _refused(f"host={each}", "write a name, an address, or the folder of a socket")
        named.append(unquote(found["six"] or found["name"] or ""))
        numbered.append(_port(found["port"] or (after[place] if place < len(after) else after[-1])))
    return named, numbered


def _port(text: str) -> int:
    if not text:
        return 5432
    if not text.isdigit() or not 0 < int(text) < 2**16:
        raise _refused(f"port {text}", "it is a number up to 65535")
    return int(text)


def _number(words: dict[str, str], word: str, default: int) -> int:
    text = words.pop(word, "")
    if not text:
        return default
    if not text.isdigit():
        raise _refused(f"{word}={text}", "it is a whole number")
    return int(text)


def _server_settings(words: dict[str, str]) -> dict[str, str]:
    """Return what the server is told at the start of a session, and take it out of the words."""
    settings: dict[str, str] = {}
    options = words.pop("options", "")
    for name, value in _OPTION.findall(options):
        settings[name] = re.sub(r"\\(.)", r"\1", value)
    if _OPTION.sub("", options).strip():
        raise _refused(f"options={options}", "write -c name=value")
    fallback = words.pop("fallback_application_name", "")
    settings["application_name"] = words.pop("application_name", "") or fallback or "shiproom"
    return settings


def _encryption(words: dict[str, str]) -> dict[str, Any]:
    """Return what is left of the words as the driver takes it: an address of words alone, or a TLS context."""
    left = {
        word: value for word, value in words.items() if word not in _WITHOUT_EFFECT and word not in _TAKEN
    }
    unknown = [word for word in left if word not in _DRIVER_WORDS]
    if unknown:
        raise _refused(unknown[0], "Shiproom does not know this word; leave it out")
    system = left.get("sslrootcert") == "system"
    if system and left.get("sslmode", "verify-full") != "verify-full":
        raise _refused("sslrootcert=system", "it needs sslmode=verify-full")
    if system:
        certificate = left.get("sslcert")
        context = ssl.create_default_context()
        if certificate:
            _load(context, certificate, left.get("sslkey"))
        left = {word: value for word, value in left.items() if not word.startswith("ssl")}
        return {"dsn": _dsn(left), "ssl": context}
    return {"dsn": _dsn(left)}


def _load(context: ssl.SSLContext, certificate: str, key: str | None) -> None:
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise _refused(f"sslcert={certificate}", f"it cannot be read ({error})") from error


def _dsn(words: Mapping[str, str]) -> str:
    return "postgresql://?" + urlencode(words, quote_via=quote) if words else "postgresql://"


_TAKEN = frozenset(_ONLY) - {"sslmode", "target_session_attrs"}


def _refused(what: str, why: str) -> StorageError:
    return StorageError(f"DATABASE_URL is not understood at {what[:80]!r}: {why}.")
