"""`shiproom doctor`: says of everything in this installation how it is, and what to do."""

import asyncio
import json
import os
from dataclasses import replace

from bot.commands.output import FAILED, OK, counted, say
from bot.doctor.examinations import examine_all
from bot.doctor.finding import Finding, State
from bot.doctor.installation import Installation, examine
from bot.redaction import redactor

_MARKS = {State.OK: "ok", State.WARNING: "warn", State.FAILED: "FAIL"}


def doctor(config: str, *, as_json: bool) -> int:
    """Report on the installation; return the exit status, which is 1 if something is broken."""
    installation = examine(os.environ, config)
    findings = asyncio.run(_report(installation, as_json=as_json))
    broken = [each for each in findings if each.state is State.FAILED]
    warnings = [each for each in findings if each.state is State.WARNING]
    if as_json:
        listed = [{"subject": each.subject, "state": each.state, "text": each.text} for each in findings]
        say(json.dumps({"ok": not broken, "findings": listed}, ensure_ascii=False, indent=2))
    else:
        say(f"{counted(len(broken), 'failure')}, {counted(len(warnings), 'warning')}.")
    return FAILED if broken else OK


async def _report(installation: Installation, *, as_json: bool) -> list[Finding]:
    redact = redactor({*installation.settings.secrets, *installation.reading.secrets})
    found: list[Finding] = []
    async for each in examine_all(installation):
        finding = replace(each, text=redact(each.text))
        found.append(finding)
        if not as_json:
            say(f"{_MARKS[finding.state]:4}  {finding.subject}: {finding.text}")
    return found
