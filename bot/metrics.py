"""The metrics at /metrics: what was decided and deployed, where releases wait, what is late, and response times.

Counters are of this process and begin at 0 with it; each replica counts what it decided itself.
"""

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.exposition import generate_latest

from handlers.wait import GATE, TEAM

# When a series began is of no use to anybody here, and would be half of all lines.
disable_created_metrics()

DECISIONS = Counter("shiproom_decisions_total", "Events that were decided.", ["event", "result"])
EFFECTS = Counter("shiproom_effects_total", "Effects that were performed.", ["kind", "result"])
REFUSED = Counter("shiproom_requests_refused_total", "Requests that the guard refused.", ["why"])
EMERGENCIES = Counter(
    "shiproom_emergencies_total", "Emergencies that were started.", ["service", "environment"]
)
DEPLOYMENTS = Counter(
    "shiproom_deployments_total",
    "Deployments that ended, those that were started elsewhere included.",
    ["service", "environment", "kind", "outcome"],
)
DEPLOYMENT_SECONDS = Histogram(
    "shiproom_deployment_seconds",
    "Time from the request to a CI until its deployment ended.",
    ["service", "environment", "outcome"],
    buckets=(10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400),
)
_HOUR, _DAY = 3600, 86400
LEAD_TIME = Histogram(
    "shiproom_lead_time_seconds",
    "Time from a build that is ready until it is live in a protected environment.",
    ["service", "environment"],
    buckets=(900, _HOUR, 4 * _HOUR, 8 * _HOUR, _DAY, 2 * _DAY, 4 * _DAY, 7 * _DAY, 14 * _DAY, 28 * _DAY),
)
_OF_WAITS = ["service", "environment", "what", "team"]
WAITED_SECONDS = Counter(
    "shiproom_waiting_seconds_total", "For how long releases waited, added when a wait ends.", _OF_WAITS
)
RELEASES_WAITING = Gauge("shiproom_releases_waiting", "Releases that wait now.", _OF_WAITS)
LONGEST_WAIT = Gauge(
    "shiproom_longest_wait_seconds", "For how long the release that waits longest has waited.", _OF_WAITS
)
RELEASES_OPEN = Gauge("shiproom_releases_open", "Releases that have not ended.", ["service", "state"])
LOCKS = Gauge("shiproom_locks", "Locks that are in force.", ["service", "environment"])
ENVIRONMENT_FAILED = Gauge(
    "shiproom_environment_failed",
    "1 while the newest deployment to an environment failed, or was stopped in the middle.",
    ["service", "environment"],
)
REVIEWS_OWED = Gauge(
    "shiproom_reviews_owed", "Emergencies that nobody has reviewed yet.", ["service", "environment"]
)
REVIEWS_OVERDUE = Gauge(
    "shiproom_reviews_overdue",
    "Emergencies that nobody has reviewed in the time for it.",
    ["service", "environment"],
)
EFFECTS_PENDING = Gauge("shiproom_effects_pending", "Effects that have yet to be performed.")
EFFECTS_RETRYING = Gauge("shiproom_effects_retrying", "Of these, those that have failed and are tried again.")
EFFECTS_LATE = Gauge(
    "shiproom_effects_late_seconds", "For how long the effect that is due longest has been due; 0 if none is."
)
STATE_AGE = Gauge(
    "shiproom_saved_state_age_seconds",
    "How old the numbers are that are read from the database: waits, releases, locks, reviews, effects.",
)
DATABASE_WAITING = Gauge(
    "shiproom_database_waiting", "Transactions that wait for a connection, or for those before them."
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


def labels_of_wait(on: str) -> tuple[str, str]:
    """Return the labels `what` and `team` of what a release waits for; the team is empty unless its sign-off is missing."""
    if on.startswith(TEAM):
        return "sign_off", on.removeprefix(TEAM)
    return on.removeprefix(GATE), ""


def exposition() -> bytes:
    """Return all metrics in Prometheus' text format."""
    return generate_latest(REGISTRY)
