"""TLS to PostgreSQL, with the words of libpq: who is believed, who is refused, and what people are told then.

The PostgreSQL that the tests bring has no TLS, as its makers built it without: PgBouncer speaks it here, in front of that one.
Where everything is tested, Debian's own PostgreSQL does so too, and asks for the certificates of clients.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest

from storage.database import StorageError
from storage.opening import connect
from storage.postgres import Postgres
from tests.certificates import ENDED, Authority, Pair
from tests.profile import size
from tests.storage import postgres_servers
from tests.storage.postgres_servers import Server

UNKNOWN = (
    "its certificate was issued by an authority that is not trusted here: "
    "name the certificate of that authority with sslrootcert="
)
ANOTHER = "its certificate is for another address than the one that is asked"
EXPIRED = "its certificate has expired: it has to be renewed there"
UNREADABLE = "cannot be read (No such file or directory)"
NO_TLS = "the server has no TLS: turn it on there with ssl = on, or leave sslmode out"
WITHOUT = "the server takes no connection without TLS: add sslmode=require"
NOBODY = "nothing says which authority is trusted: name its certificate with sslrootcert=, or write sslrootcert=system"
WANTS_ONE = "the server wants a certificate of ours: name it with sslcert= and sslkey="
CLOSED = "connection was closed in the middle of operation"

HBA = """\
local all all trust
hostssl all person 127.0.0.1/32 cert
hostssl all all 127.0.0.1/32 trust
"""


@dataclass(frozen=True)
class Authorities:
    """`good` issued what the server shows, `other` did not."""

    good: Authority
    other: Authority

    def words(self, text: str) -> str:
        """Fill in the files."""
        person, stranger = self.good.issue("person"), self.other.issue("person")
        return text.format(
            good=self.good.file,
            other=self.other.file,
            person=f"sslcert={person.certificate}&sslkey={person.key}",
            stranger=f"sslcert={stranger.certificate}&sslkey={stranger.key}",
            mixed=f"sslcert={person.certificate}&sslkey={stranger.key}",
            key=person.key,
        )


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Authorities:
    folder = tmp_path_factory.mktemp("tls")
    return Authorities(Authority(folder, "good"), Authority(folder, "other"))


Showing = Callable[[str], str]
"""Gives the address of a server that shows a certificate: a good one, an expired one, one of another address, or none."""


def shown(authority: Authority, which: str) -> Pair:
    """Issue the certificate that a server shows."""
    if which == "expired":
        return authority.issue("127.0.0.1", until=ENDED)
    return authority.issue({"good": "127.0.0.1", "another's": "127.0.0.2"}[which])


def given(pair: Pair, server: Server) -> tuple[Path, Path]:
    """Copy a certificate and its key to where who runs the server may read them, and nobody else."""
    copies = server.directory / pair.certificate.name, server.directory / pair.key.name
    for source, copy in zip((pair.certificate, pair.key), copies, strict=True):
        shutil.copyfile(source, copy)
        shutil.chown(copy, server.directory.owner(), server.directory.group())
        copy.chmod(0o600)
    return copies


def behind_pgbouncer(authorities: Authorities, stack: ExitStack) -> Showing:
    server = stack.enter_context(postgres_servers.server())
    addresses = {"none": server.url}

    def showing(which: str) -> str:
        if which not in addresses:
            certificate, key = given(shown(authorities.good, which), server)
            tls = (
                "client_tls_sslmode = require",
                f"client_tls_cert_file = {certificate}",
                f"client_tls_key_file = {key}",
            )
            addresses[which] = stack.enter_context(postgres_servers.pooler(server, "session", 8, *tls))
        return addresses[which]

    return showing


def debians_own(authorities: Authorities, stack: ExitStack) -> Showing:
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    assert binaries, "PostgreSQL with TLS is missing: install the package postgresql"
    stack.enter_context(mock.patch.object(postgres_servers, "_BINARIES", binaries[-1]))
    server = stack.enter_context(postgres_servers.server())
    server.sql("CREATE ROLE person LOGIN SUPERUSER")
    (server.directory / "pg_hba.conf").write_text(HBA, encoding="utf-8")
    shutil.copyfile(authorities.good.file, server.directory / "authority.pem")
    (server.directory / "authority.pem").chmod(0o644)

    def showing(which: str) -> str:
        if which == "none":
            server.configure("ssl = off")
            return server.url
        certificate, key = given(shown(authorities.good, which), server)
        files = f"ssl_cert_file = '{certificate}'", f"ssl_key_file = '{key}'"
        server.configure("ssl_ca_file = 'authority.pem'", *files, "ssl = on")
        return server.url

    return showing


BEHIND = {"PgBouncer": behind_pgbouncer, "PostgreSQL": debians_own}


@pytest.fixture(scope="module", params=size(["PgBouncer"], ["PgBouncer"], list(BEHIND)))
def showing(request: pytest.FixtureRequest, authorities: Authorities) -> Iterator[Showing]:
    with ExitStack() as stack:
        yield BEHIND[str(request.param)](authorities, stack)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for no files of whoever runs the tests: libpq has some by default, below ~/.postgresql."""
    monkeypatch.setenv("HOME", str(tmp_path))


async def opened(url: str) -> str:
    """Connect; return why that did not work."""
    try:
        database = await connect(url, alone=False)
    except StorageError as error:
        return str(error).removeprefix("PostgreSQL cannot be reached: ").removesuffix(". Check DATABASE_URL.")
    await database.close()
    return ""


@pytest.mark.parametrize(
    ("which", "words", "refused"),
    [
        ("good", "sslmode=verify-full&sslrootcert={good}", ""),
        ("good", "sslmode=verify-ca&sslrootcert={good}", ""),
        ("good", "sslmode=require", ""),
        ("good", "sslmode=prefer", ""),
        ("good", "sslmode=verify-full&sslrootcert={other}", UNKNOWN),
        ("good", "sslmode=verify-ca&sslrootcert={other}", UNKNOWN),
        ("good", "sslmode=require&sslrootcert={other}", UNKNOWN),
        ("good", "sslmode=verify-full&sslrootcert=system", UNKNOWN),
        ("good", "sslmode=verify-full", NOBODY),
        ("good", "sslmode=verify-full&sslrootcert=/nowhere.pem", f"sslrootcert=/nowhere.pem {UNREADABLE}"),
        ("good", "sslmode=verify-full&sslrootcert={key}", "sslrootcert={key} holds no certificate in PEM form"),
        ("another's", "sslmode=verify-full&sslrootcert={good}", ANOTHER),
        ("another's", "sslmode=verify-ca&sslrootcert={good}", ""),
        ("expired", "sslmode=verify-full&sslrootcert={good}", EXPIRED),
        ("expired", "sslmode=verify-ca&sslrootcert={good}", EXPIRED),
        ("expired", "sslmode=require", ""),
        ("none", "sslmode=require", NO_TLS),
        ("none", "sslmode=verify-full&sslrootcert={good}", NO_TLS),
    ],
)  # fmt: skip
async def test_the_words_of_libpq(
    which: str, words: str, refused: str, showing: Showing, authorities: Authorities
) -> None:
    filled = authorities.words(words)
    wanted = refused.replace("{key}", filled.rpartition("=")[2])
    assert await opened(f"{showing(which)}?{filled}") == wanted


@pytest.mark.full  # PgBouncer asks no certificate for one user and none for others
@pytest.mark.parametrize("showing", ["PostgreSQL"], indirect=True)
@pytest.mark.parametrize(
    ("words", "refused"),
    [
        ("sslmode=disable", WITHOUT),
        ("sslmode=verify-full&sslrootcert={good}", WANTS_ONE),
        ("sslmode=verify-full&sslrootcert={good}&{person}", ""),
        ("sslmode=verify-full&sslrootcert={good}&{stranger}", CLOSED),
        ("sslmode=verify-full&sslrootcert={good}&{mixed}", "is not the key of"),
        ("sslmode=verify-full&sslrootcert={good}&sslcert=/no.crt&sslkey=/no.key", "sslcert=/no.crt cannot be read"),
    ],
)  # fmt: skip
async def test_certificates_of_clients(
    words: str, refused: str, showing: Showing, authorities: Authorities
) -> None:
    url = showing("good").replace("postgres@", "person@")
    said = await opened(f"{url}?{authorities.words(words)}")
    assert refused in said
    assert bool(said) is bool(refused)


async def test_files_that_are_replaced_count_without_a_restart(
    showing: Showing, authorities: Authorities, tmp_path: Path
) -> None:
    trusted = tmp_path / "authority.pem"
    shutil.copyfile(authorities.other.file, trusted)
    database = Postgres(f"{showing('good')}?sslmode=verify-full&sslrootcert={trusted}")
    with pytest.raises(StorageError, match=UNKNOWN):
        await database.open()
    shutil.copyfile(authorities.good.file, trusted)
    await database.open()
    await database.close()
