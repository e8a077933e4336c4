"""Traces with OpenTelemetry, sent by OTLP over HTTP; imported only where a collector is named.

All spans of a release are in one trace, whichever process makes them, before and after a restart: its id, and that of the
span that all others hang from, follow from the database's id and the release's number. That span is sent when the release
has ended. Spans wait in a queue of limited length, and a thread of its own sends them: a collector that hangs or is away
delays nothing, and what does not fit any more is dropped.
"""

import hashlib
import logging
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager

from opentelemetry import context, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import Decision

from bot import VERSION
from bot.clock import stamp
from bot.tracing import Kind, Past, Span, Tracer, Value

log = logging.getLogger("shiproom.tracing")

CLOSE_WITHIN = 2.0
"""Seconds that a stop waits for the last spans."""

_KINDS = {
    "internal": trace.SpanKind.INTERNAL,
    "server": trace.SpanKind.SERVER,
    "client": trace.SpanKind.CLIENT,
    "consumer": trace.SpanKind.CONSUMER,
}
_NO_PARENT = context.Context()


def make_tracer(environ: Mapping[str, str]) -> Tracer:
    """Make the tracer that the OTEL_ variables describe; the SDK reads them itself."""
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # it logs each try with a traceback
    given = {"service.version": VERSION}
    if not environ.get("OTEL_SERVICE_NAME") and "service.name=" not in environ.get(
        "OTEL_RESOURCE_ATTRIBUTES", ""
    ):
        given["service.name"] = "shiproom"
    ids = _Ids()
    provider = TracerProvider(resource=Resource.create(given), id_generator=ids, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(_Exporter(OTLPSpanExporter())))
    return OtelTracer(provider, ids)


class _Exporter(SpanExporter):
    """Sends spans, and says once that they cannot be sent, and once that they can again."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner
        self._failing = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send spans; those that cannot be sent are lost."""
        result = self._inner.export(spans)
        failing = result is not SpanExportResult.SUCCESS
        if failing and not self._failing:
            log.warning(
                "The collector of traces takes none: they are dropped until it does. Nothing else is affected."
            )
        if self._failing and not failing:
            log.warning("The collector of traces takes them again.")
        self._failing = failing
        return result

    def shutdown(self) -> None:
        """Close."""
        self._inner.shutdown()


class _Ids(RandomIdGenerator):
    """Makes ids at random, but for the one span whose ids are known before."""

    def __init__(self) -> None:
        self.next: tuple[int, int] | None = None

    def generate_trace_id(self) -> int:
        """Return the id of a trace."""
        return self.next[0] if self.next is not None else super().generate_trace_id()

    def generate_span_id(self) -> int:
        """Return the id of a span."""
        return self.next[1] if self.next is not None else super().generate_span_id()


class _OtelSpan(Span):
    """A span of OpenTelemetry's."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def set(self, name: str, value: Value) -> None:
        """Add an attribute."""
        self._span.set_attribute(name, value)

    def fail(self, code: str) -> None:
        """Say that it failed, by a code."""
        self._span.set_attribute("error.type", code)
        self._span.set_status(trace.StatusCode.ERROR)


class OtelTracer(Tracer):
    """Makes traces with OpenTelemetry."""

    enabled = True

    def __init__(self, provider: TracerProvider, ids: _Ids) -> None:
        self._provider = provider
        self._ids = ids
        self._tracer = provider.get_tracer("shiproom", VERSION)
        self._database = ""

    def use_database(self, database: str) -> None:
        """Tell releases of this database from those of others."""
        self._database = database

    def stamp(self) -> int:
        """Return the time in nanoseconds."""
        return stamp()

    @contextmanager
    def span(
        self, name: str, kind: Kind = "internal", *, release: int = 0, since: int = 0
    ) -> Generator[Span]:
        """Open a span around what follows; an error that passes through is noted by its kind alone."""
        parent = trace.set_span_in_context(trace.NonRecordingSpan(self._root(release))) if release else None
        made = self._tracer.start_span(name, parent, _KINDS[kind], start_time=since or None)
        if release:
            made.set_attribute("shiproom.release", release)
        told = _OtelSpan(made)
        with trace.use_span(made, end_on_exit=True, record_exception=False, set_status_on_exception=False):
            try:
                yield told
            except BaseException as error:
                told.fail(type(error).__name__)
                raise

    @contextmanager
    def call(self, name: str) -> Generator[Span]:
        """Open a span around a request, inside one that is recorded."""
        if not trace.get_current_span().is_recording():
            yield Span()
            return
        with self.span(name, "client") as made:
            yield made

    def current(self) -> Span:
        """Return the span that is under way."""
        return _OtelSpan(trace.get_current_span())

    def past(self, past: Past) -> None:
        """Record what is over, linked with what is under way in another trace."""
        under_way = trace.get_current_span()
        parent, links = None, list[trace.Link]()
        if past.release:
            root = self._root(past.release)
            parent = trace.set_span_in_context(trace.NonRecordingSpan(root))
            here = under_way.get_span_context()
            if here.trace_id == root.trace_id and not past.until:
                parent = None
            elif here.is_valid and under_way.is_recording():
                links = [trace.Link(here)]
                under_way.add_link(root)
                under_way.set_attribute("shiproom.release", past.release)
            self._ids.next = (root.trace_id, root.span_id) if past.root else None
        try:
            made = self._tracer.start_span(
                past.name,
                _NO_PARENT if past.root else parent,
                _KINDS[past.kind],
                dict(past.attributes),
                links,
                past.since,
            )
        finally:
            self._ids.next = None
        if past.error:
            _OtelSpan(made).fail(past.error)
        made.end(past.until)

    def _root(self, release: int) -> trace.SpanContext:
        """Return the ids of the span that all others of a release hang from, sampled by the trace's id as any root is."""
        digest = hashlib.sha256(f"{self._database}:release:{release}".encode()).digest()
        trace_id, span_id = int.from_bytes(digest[:16]), int.from_bytes(digest[16:24])
        sampled = self._provider.sampler.should_sample(None, trace_id, "release").decision
        flags = trace.TraceFlags(trace.TraceFlags.SAMPLED if sampled is Decision.RECORD_AND_SAMPLE else 0)
        return trace.SpanContext(trace_id, span_id, is_remote=True, trace_flags=flags)

    def close(self) -> None:
        """Send what is left, in a thread that the process does not wait for longer than a moment."""
        closing = threading.Thread(target=self._provider.shutdown, daemon=True)
        closing.start()
        closing.join(CLOSE_WITHIN)
