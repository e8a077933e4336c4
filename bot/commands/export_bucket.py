"""Exports to S3 or a server that speaks its language (MinIO, Ceph, Garage): objects that are written once and never replaced.

An object is named by its first row, and written only if there is none of that name ("If-None-Match",
docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html), so that of two exports at the same time one goes on
after the other.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from bot.commands.output import CommandError
from storage.export import ExportedRow
from storage.history import Head

INSTALL = "S3 needs a library that is not installed: `pip install 'shiproom[s3]'`."
SCHEME = "s3://"
_LAST = "last"
"""The metadata of an object that has its last row and hash."""

_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
_WITHIN = 20


@dataclass(frozen=True, slots=True)
class BucketOptions:
    """How a bucket is reached, and how long objects are locked in it (0: as the bucket itself says)."""

    endpoint: str = ""
    retain_days: int = 0
    retain_mode: str = "compliance"


class TakenError(Exception):
    """Another export has written an object of this name: read the cursor again, and go on after it."""


class Bucket:
    """The objects below a prefix: `SERVICE/YYYY-MM-DD/ROW.jsonl`, and the heads of each export in `_heads/`."""

    def __init__(self, address: str, options: BucketOptions, now: datetime) -> None:
        named = urlsplit(address)
        if not named.netloc or named.query or named.fragment:
            raise CommandError(f"{address!r} is not the address of a bucket: write s3://BUCKET/PREFIX.")
        self._bucket, prefix = named.netloc, named.path.strip("/")
        self._prefix = f"{prefix}/" if prefix else ""
        self._options, self._now = options, now
        self._newest: dict[str, str] = {}
        self._client = _client(options.endpoint)

    def cursor(self, service: str) -> Head | None:
        """Return the last row of the newest object."""
        days = self._names(f"{self._prefix}{service}/", "CommonPrefixes", "Prefix")
        keys = self._names(max(days), "Contents", "Key") if days else []
        self._newest[service] = max(days).rstrip("/").rpartition("/")[2] if days else ""
        if not keys:
            return None
        found = self._ask("head_object", Key=max(keys))
        row, _, digest = str(found["Metadata"].get(_LAST, "")).partition(":")
        if not row.isdigit():
            raise CommandError(
                f"The object {max(keys)} was not written by this command: export to another prefix."
            )
        return Head(service, int(row), digest)

    def write(self, service: str, rows: Sequence[ExportedRow]) -> None:
        """Write one object for each day.

        Raises TakenError if another export has written one of the same name.
        """
        dated = _in_order(rows, self._newest.get(service, ""))
        for day, group in groupby(dated, key=lambda each: each[0]):
            part = [row for _, row in group]
            body = "".join(f"{row.line}\n" for row in part).encode()
            name = f"{service}/{day}/{part[0].row:012}.jsonl"
            self._put(name, body, {_LAST: f"{part[-1].row}:{part[-1].hash}"})
            self._newest[service] = day

    def finish(self, ends: Mapping[str, Head], at: datetime) -> None:
        """Write the heads, unless they are there: as anchors, named by their digest and the day."""
        lines = sorted(str(end) for end in ends.values() if end.row)
        text = "".join(f"{line}\n" for line in lines).encode()
        name = f"_heads/{at.date().isoformat()}-{hashlib.sha256(text).hexdigest()[:16]}.txt"
        if not lines:
            return
        try:
            self._put(name, text, {})
        except TakenError:
            return

    def _put(self, name: str, body: bytes, metadata: dict[str, str]) -> None:
        digest = hashlib.sha256(body)
        self._ask(
            "put_object",
            Key=self._prefix + name,
            Body=body,
            IfNoneMatch="*",
            ContentType="text/plain" if name.endswith(".txt") else "application/x-ndjson",
            ChecksumAlgorithm="SHA256",
            ChecksumSHA256=base64.b64encode(digest.digest()).decode(),
            Metadata={"sha256": digest.hexdigest(), **metadata},
            **self._lock(),
        )

    def _lock(self) -> dict[str, object]:
        """Return what locks an object (docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html)."""
        if not self._options.retain_days:
            return {}
        until = self._now + timedelta(days=self._options.retain_days)
        return {"ObjectLockMode": self._options.retain_mode.upper(), "ObjectLockRetainUntilDate": until}

    def _names(self, prefix: str, what: str, field: str) -> list[str]:
        found: list[str] = []
        more: dict[str, Any] = {}
        while True:
            page = self._ask("list_objects_v2", Prefix=prefix, Delimiter="/", **more)
            found += [str(each[field]) for each in page.get(what, ())]
            if not page.get("IsTruncated"):
                return found
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def _ask(self, method: str, **given: object) -> Any:  # noqa: ANN401 - as the API answers
        errors = _library("botocore.exceptions")
        try:
            return getattr(self._client, method)(Bucket=self._bucket, **given)
        except errors.ClientError as error:
            said: dict[str, Any] = error.response.get("Error", {})
            if said.get("Code") in _TAKEN:
                raise TakenError from error
            why = f"{said.get('Code')}: {said.get('Message')}"
        except errors.BotoCoreError as error:
            why = str(error)
        raise CommandError(f"The bucket {self._bucket} does not take the export ({method}): {why}")


def _in_order(rows: Iterable[ExportedRow], newest: str) -> Iterable[tuple[str, ExportedRow]]:
    """Yield rows with the day of their object: never one before that of the row before it."""
    for row in rows:
        newest = max(newest, row.day.isoformat())
        yield newest, row


def _client(endpoint: str) -> Any:  # noqa: ANN401 - boto3 has no types
    """Return a client; credentials and the region come from where boto3 looks for them."""
    boto3, errors = _library("boto3"), _library("botocore.exceptions")
    config = _library("botocore.config").Config(
        connect_timeout=_WITHIN,
        read_timeout=_WITHIN,
        retries={"mode": "standard", "total_max_attempts": 4},
        s3={"addressing_style": "path"} if endpoint else {},
    )
    try:
        return boto3.client("s3", endpoint_url=endpoint or None, config=config)
    except (ValueError, errors.BotoCoreError) as error:
        raise CommandError(f"S3 cannot be reached: {error}") from error


def _library(name: str) -> Any:  # noqa: ANN401 - an optional extra, without types
    try:
        return import_module(name)
    except ImportError as error:
        raise CommandError(INSTALL) from error
