"""The metrics at /metrics: decisions, effects, refused requests, failed tasks, and response times."""

from prometheus_client import REGISTRY, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

DECISIONS = Counter("shiproom_decisions_total", "Events that were decided.", ["event", "result"])
EFFECTS = Counter("shiproom_effects_total", "Effects that were performed.", ["kind", "result"])
REFUSED = Counter("shiproom_requests_refused_total", "Requests that the guard refused.", ["why"])
EMERGENCIES = Counter(
    "shiproom_emergencies_total", "Emergencies that were started.", ["service", "environment"]
)
TASK_FAILURES = Counter(
    "shiproom_task_failures_total", "Rounds of background work that failed, and tasks that ended.", ["task"]
)
POLICY_NUMBER = Gauge("shiproom_policy_number", "The number of the policy that this process decides with.")
POLICY_MISSING = Gauge(
    "shiproom_policy_missing", "1 while this process cannot take the policy in force, and decides nothing."
)
SOCKET_UP = Gauge(
    "shiproom_slack_socket_up",
    "Whether Slack is connected: 0 in Socket Mode while no socket is open, else 1.",
)
CONNECTION_UP = Gauge("shiproom_connection_up", "Whether a connection answers: 1 or 0.", ["connection"])
CONNECTION_SILENT = Gauge(
    "shiproom_connection_silent_seconds", "For how long a connection has not answered.", ["connection"]
)
TOKEN_ENDS = Gauge(
    "shiproom_connection_token_expiry_seconds", "In how long a connection's token ends.", ["connection"]
)
ANSWER_SECONDS = Histogram(
    "shiproom_answer_seconds",
    "Time from a request to its answer.",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0),
)


def exposition() -> bytes:
    """Return all metrics in Prometheus' text format."""
    return generate_latest(REGISTRY)
