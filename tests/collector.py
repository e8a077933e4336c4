"""A collector of traces on this machine: takes OTLP over HTTP and keeps what it decodes; or takes nothing."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.serving import serving


@dataclass(frozen=True)
class Received:
    """A span as it came over the wire; `links` are the traces that it is linked with."""

    name: str
    trace: bytes
    id: bytes
    parent: bytes
    kind: int
    start: int
    end: int
    attributes: dict[str, Any]
    links: frozenset[bytes]
    failed: bool
    resource: dict[str, Any]


@dataclass
class Collector:
    """What was received; `raw` are the bodies as they came."""

    url: str = ""
    spans: list[Received] = field(default_factory=list[Received])
    raw: list[bytes] = field(default_factory=list[bytes])
    headers: list[str] = field(default_factory=list[str])

    def named(self, name: str) -> list[Received]:
        """List the spans of a name, the first to start first."""
        return sorted((each for each in self.spans if each.name == name), key=lambda each: each.start)

    async def take(self, request: web.Request) -> web.Response:
        """Decode an export."""
        body = await request.read()
        assert request.content_type == "application/x-protobuf"
        self.raw.append(body)
        self.headers.append(request.headers.get("Authorization", ""))
        self.spans.extend(_decoded(ExportTraceServiceRequest.FromString(body)))
        return web.Response(body=b"", content_type="application/x-protobuf")

    @property
    def environment(self) -> dict[str, str]:
        """The variables that name it; spans are sent soon."""
        return {"OTEL_EXPORTER_OTLP_ENDPOINT": self.url, "OTEL_BSP_SCHEDULE_DELAY": "50"}


def _decoded(request: Any) -> Iterator[Received]:  # noqa: ANN401 - what protobuf makes has no types
    for resource in request.resource_spans:
        of_resource = _attributes(resource.resource.attributes)
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield Received(
                    span.name,
                    span.trace_id,
                    span.span_id,
                    span.parent_span_id,
                    span.kind,
                    span.start_time_unix_nano,
                    span.end_time_unix_nano,
                    _attributes(span.attributes),
                    frozenset(link.trace_id for link in span.links),
                    span.status.code == span.status.STATUS_CODE_ERROR,
                    of_resource,
                )


def _attributes(pairs: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in pairs}


@asynccontextmanager
async def collecting() -> AsyncGenerator[Collector]:
    """Run a collector."""
    made = Collector()
    app = web.Application()
    app.router.add_post("/v1/traces", made.take)
    async with serving(app) as made.url:
        yield made


@asynccontextmanager
async def hanging() -> AsyncGenerator[str]:
    """Run what takes connections and never answers; give its address."""
    waiting: list[asyncio.StreamWriter] = []

    async def ignore(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        waiting.append(writer)
        while await reader.read(65536):
            pass

    server = await asyncio.start_server(ignore, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for each in waiting:
            each.close()
