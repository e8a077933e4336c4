"""Exports to a server that speaks S3: moto's, as a process of its own."""

import asyncio
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from bot.commands.export import export_from
from bot.commands.export_bucket import Bucket, BucketOptions
from bot.commands.output import CommandError
from storage.database import Database
from storage.opening import open_database
from tests import databases
from tests.handlers.builders import NOW
from tests.storage.test_export import ALL, SERVICE, lock, rows_of
from tests.world import free_port

BUCKET = "audit-of-the-tests"
REGION = "eu-central-1"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(port, server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.kill()


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        assert server.poll() is None, "moto is not installed: make install"
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the server does not listen")


@pytest.fixture
def s3(endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:  # noqa: ANN401 - boto3 has no types
    """Return a client of a new bucket whose objects can be locked."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "of-the-tests")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    client: Any = import_module("boto3").client("s3", endpoint_url=endpoint)
    with urlopen(Request(f"{endpoint}/moto-api/reset", method="POST")) as emptied:  # noqa: S310 - on this machine
        assert emptied.status == 200
    client.create_bucket(
        Bucket=BUCKET,
        ObjectLockEnabledForBucket=True,
        CreateBucketConfiguration={"LocationConstraint": REGION},
    )
    return client


@pytest.fixture
async def database(tmp_path: Path) -> Any:  # noqa: ANN401 - a fixture
    opened = await open_database(databases.fresh_sqlite(tmp_path), alone=False)
    yield opened
    await opened.close()


def keys(s3: Any) -> list[str]:  # noqa: ANN401 - boto3 has no types
    return [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET).get("Contents", ())]


def rows_in(s3: Any) -> list[tuple[str, int]]:  # noqa: ANN401 - the same
    bodies = [
        s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys(s3) if key.endswith(".jsonl")
    ]
    return [(row["service"], row["row"]) for body in bodies for row in map(json.loads, body.splitlines())]


def bucket(endpoint: str, address: str = f"s3://{BUCKET}/shiproom", **options: Any) -> Bucket:  # noqa: ANN401 - as they are
    return Bucket(address, BucketOptions(endpoint, **options), datetime.now(UTC))  # noqa: TID251 - the server has its own clock


async def test_every_row_is_in_one_object(database: Database, s3: Any, endpoint: str) -> None:  # noqa: ANN401 - boto3 has no types
    for days in range(3):
        await lock(database, SERVICE, NOW + timedelta(days=days))
        await lock(database, SERVICE, NOW + timedelta(days=days))
        assert await export_from(database, bucket(endpoint), ALL, {}) == 2
    assert await export_from(database, bucket(endpoint), ALL, {}) == 0
    assert rows_in(s3) == await rows_of(database)
    days = [(NOW + timedelta(days=each)).date().isoformat() for each in range(3)]
    written = [f"shiproom/{SERVICE}/{day}/{row:012}.jsonl" for day, row in zip(days, (1, 3, 5), strict=True)]
    assert [key for key in keys(s3) if "_heads" not in key] == written
    heads = [key for key in keys(s3) if "_heads" in key]
    assert len(heads) == 3
    found = s3.head_object(Bucket=BUCKET, Key=written[-1], ChecksumMode="ENABLED")
    assert found["Metadata"]["last"].startswith("6:")


async def test_locked_objects_cannot_be_deleted(database: Database, s3: Any, endpoint: str) -> None:  # noqa: ANN401 - boto3 has no types
    await lock(database, SERVICE, NOW)
    await export_from(database, bucket(endpoint, retain_days=400), ALL, {})
    key = next(key for key in keys(s3) if key.endswith(".jsonl"))
    found = s3.head_object(Bucket=BUCKET, Key=key)
    assert found["ObjectLockMode"] == "COMPLIANCE"
    assert found["ObjectLockRetainUntilDate"] > datetime.now(UTC) + timedelta(days=399)  # noqa: TID251 - the server's clock
    errors: Any = import_module("botocore.exceptions")
    with pytest.raises(errors.ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=BUCKET, Key=key, VersionId=found["VersionId"])


async def test_two_exports_at_the_same_time(database: Database, s3: Any, endpoint: str) -> None:  # noqa: ANN401 - boto3 has no types
    for _ in range(3):
        await lock(database, SERVICE, NOW)
    first, second = bucket(endpoint), bucket(endpoint)
    begun = first.cursor(SERVICE)
    assert begun is None
    assert await export_from(database, second, ALL, {}) == 3
    await lock(database, SERVICE, NOW)

    class Late(Bucket):
        """An export that looked before the other one wrote."""

        looked = False

        def cursor(self, service: str) -> Any:  # noqa: ANN401 - as the base has it
            self.looked, before = True, self.looked
            return super().cursor(service) if before else None

    late = Late(f"s3://{BUCKET}/shiproom", BucketOptions(endpoint), NOW)
    assert await export_from(database, late, ALL, {}) == 1
    assert rows_in(s3) == await rows_of(database)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("s3://", "is not the address of a bucket: write s3://BUCKET/PREFIX"),
        ("s3://no-such-bucket/x", "does not take the export .* NoSuchBucket"),
    ],
)
async def test_a_bucket_that_is_not_there(
    database: Database,
    s3: Any,  # noqa: ANN401 - boto3 has no types
    endpoint: str,
    address: str,
    words: str,
) -> None:
    del s3
    await lock(database, SERVICE, NOW)
    with pytest.raises(CommandError, match=words):
        await export_from(database, bucket(endpoint, address), ALL, {})


@pytest.mark.usefixtures("s3")
async def test_a_server_that_does_not_answer(database: Database) -> None:
    await lock(database, SERVICE, NOW)
    with pytest.raises(CommandError, match="does not take the export"):
        await asyncio.wait_for(
            export_from(database, bucket(f"http://127.0.0.1:{free_port()}"), ALL, {}), timeout=60
        )
