"""What schemathesis cannot know: which services there are, what time it is, and how strictly a claim is read.

It is loaded by the command line of schemathesis (SCHEMATHESIS_HOOKS), in a process of its own.
"""

from typing import Any, cast

import schemathesis

FITTING = {"service": "website", "environment": "production", "until": "2099-01-04T08:00:00+01:00"}
"""A value of each field that has to fit the policy or the clock; schemathesis makes up others."""

ASKED = {"service": "website", "from": "2020-11-20", "to": "2020-11-27T09:30:00Z"}
"""The same of the query: an end has to be after its beginning."""


@schemathesis.hook  # pyright: ignore[reportUnknownMemberType] - schemathesis types it loosely
def before_call(context: Any, case: Any, kwargs: Any) -> None:  # noqa: ANN401 - its own types are not public
    """Write fitting values into a body and a query that fit the schema."""
    del context, kwargs
    meta, body = case.meta, case.body
    if meta is None or meta.generation.mode.value != "positive":
        return
    if case.query:
        case.query.update({name: value for name, value in ASKED.items() if case.query.get(name)})
    if isinstance(body, dict):
        written = cast("dict[str, Any]", body)
        # A claim is read strictly: 7.0 is no number of a run, though JSON Schema calls it whole.
        for name in ("run_id", "run_attempt"):
            if isinstance(written.get(name), float):
                written[name] = int(written[name])
        written.update({name: value for name, value in FITTING.items() if written.get(name)})
