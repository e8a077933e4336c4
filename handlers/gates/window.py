"""The `window` gate: an environment with windows takes new deployments while one is open."""

from handlers.gate import Gate, GateContext, GateResult, Reason, closed, opened, waiting


def check(context: GateContext) -> tuple[GateResult, ...]:
    """Wait for the next window; close if none is known to open.

    What was requested and signed starts when it opens: that was known when people signed.
    """
    if not context.calendar.windows:
        return ()
    opens = context.calendar.opens_at(context.now)
    if opens is not None and opens <= context.now:
        return (opened("window"),)
    values = {"environment": context.step.environment}
    if opens is None:
        never = Reason(
            "window_unknown", values, context.operators, None, "the policy names a window that opens"
        )
        return (closed("window", never),)
    values |= {"opens": opens.isoformat()}
    frozen = context.calendar.frozen_by(opens)
    if frozen and context.protected:
        values |= {"freeze": frozen[0].name, "thaws": frozen[0].ends.isoformat()}
    reason = Reason("window_closed", values, (), opens, "the window opens")
    return (waiting("window", reason),)


GATE = Gate("window", check, checks_rollbacks=False, checks_emergencies=False, queues=True, calls_back=True)
