"""Decides whether traces are made: where the standard OTEL_ variables name a collector, and the extra `otel` is installed.

The variables are those of OpenTelemetry's specification, "Environment Variable Specification" and "OTLP Exporter".
"""

import logging
from collections.abc import Mapping

from bot.tracing import use

log = logging.getLogger("shiproom.tracing")

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
HEADERS = ("OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS")
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
OURS = "http/protobuf"


def wanted(environ: Mapping[str, str]) -> bool:
    """Return whether traces are wanted (OpenTelemetry's specification, "Environment Variable Specification")."""
    off = environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    none = environ.get("OTEL_TRACES_EXPORTER", "").strip().lower() == "none"
    return not off and not none and any(environ.get(name, "").strip() for name in ENDPOINTS)


def secrets(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the values of the headers that go to the collector, which no log may show."""
    pairs = (pair for name in HEADERS for pair in environ.get(name, "").split(","))
    return tuple(value.strip() for pair in pairs if (value := pair.partition("=")[2]).strip())


def set_up(environ: Mapping[str, str]) -> None:
    """Trace if that is wanted and possible; otherwise say why not, and go on without."""
    if not wanted(environ):
        return
    protocol = next((environ[name] for name in PROTOCOLS if environ.get(name)), OURS)
    if protocol != OURS:
        log.warning("No traces are sent: %s is not spoken here, only %s.", protocol, OURS)
        return
    try:
        # Without a collector nothing of it is imported.
        from bot.otel import make_tracer  # noqa: PLC0415 - the reason stands above
    except ImportError:
        log.warning("No traces are sent: install them with pip install 'shiproom[otel]'.")
        return
    try:
        use(make_tracer(environ))
    except Exception as error:  # noqa: BLE001 - whatever is wrong with what is optional, the bot starts without it
        log.warning("No traces are sent: the OTEL_ variables are not understood (%s).", type(error).__name__)
