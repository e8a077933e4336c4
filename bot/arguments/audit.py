"""`shiproom audit`."""

# ruff: noqa: PLC0415 - what runs is imported when it runs

import argparse
from functools import partial

from bot.arguments.values import Parts, Run, release


def add(parts: Parts) -> None:
    """Add the command, with its own commands below it."""
    about = "check or export the history, or report the deployments"
    parser = parts.add_parser("audit", help=about, description=about)
    below = parser.add_subparsers(title="audit", required=True, metavar="{verify,export,report}")
    about = "check the hash chains, and all rows that they vouch for"
    verify = below.add_parser("verify", help=about, description=about)
    verify.add_argument(
        "--anchor", action="append", default=[], help="SERVICE:ROW:HASH, written down earlier"
    )
    verify.add_argument(
        "--anchor-file", action="append", default=[], help="a file of such lines, each of which is checked"
    )
    verify.set_defaults(load=_load_verify)
    _add_export(below)
    _add_report(below)


def _add_export(below: Parts) -> None:
    about = "the history as JSON lines"
    export = below.add_parser("export", help=about, description=about)
    export.add_argument("--service", help="only of this service")
    export.add_argument("--release", type=release, help="only of this release, such as 42 or r42")
    export.add_argument("--since", default="", help="where the first export begins: a time, a day, 3 days")
    export.add_argument(
        "--until", default="", help="only what is before this time, or until the end of a day"
    )
    export.add_argument("--after", action="append", default=[], help="SERVICE:ROW, go on after that row")
    export.add_argument("--state", default="", help="a file that remembers how far the output got")
    export.add_argument(
        "--to", default="", help="a directory, or s3://BUCKET/PREFIX; goes on after what is there"
    )
    export.add_argument("--endpoint", default="", help="the address of an S3 server that is not Amazon's")
    export.add_argument("--retain-days", type=int, default=0, help="lock objects for so many days")
    export.add_argument(
        "--retain-mode",
        choices=("compliance", "governance"),
        default="compliance",
        help="how they are locked",
    )
    export.set_defaults(load=_load_export)


def _add_report(below: Parts) -> None:
    about = "one row for each production deployment, for an auditor"
    report = below.add_parser("report", help=about, description=about)
    report.add_argument(
        "--from", dest="since", default="", help="those that ended since a time or a day; by default 90 days"
    )
    report.add_argument("--to", dest="until", default="", help="until a time, or the end of a day")
    report.add_argument("--service", default="", help="only of this service")
    report.add_argument(
        "--environment", default="", help="into this environment, instead of every protected one"
    )
    report.add_argument(
        "--format", choices=("csv", "json"), default="csv", help="CSV with a header, or JSON lines"
    )
    report.set_defaults(load=_load_report)


def _load_verify(arguments: argparse.Namespace) -> Run:
    from bot.commands.audit import verify

    return partial(verify, arguments.anchor, arguments.anchor_file)


def _load_export(arguments: argparse.Namespace) -> Run:
    from bot.commands.audit import export
    from bot.commands.export import ExportWords, export_rows
    from bot.commands.export_bucket import BucketOptions

    bucket = BucketOptions(arguments.endpoint, arguments.retain_days, arguments.retain_mode)
    words = ExportWords(
        arguments.service or "",
        arguments.since,
        arguments.until,
        tuple(arguments.after),
        arguments.to,
        arguments.state,
        bucket,
    )
    if words == ExportWords(words.service):
        return partial(export, arguments.service, arguments.release)
    return partial(export_rows, words, arguments.release)


def _load_report(arguments: argparse.Namespace) -> Run:
    from bot.commands.audit_report import ReportWords, report

    words = ReportWords(
        arguments.since, arguments.until, arguments.service, arguments.environment, arguments.format
    )
    return partial(report, words)
