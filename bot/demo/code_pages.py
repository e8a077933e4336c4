"""Renders the pages of the code host: a comparison, a commit, a build with its log."""

import html
from collections.abc import Sequence

from bot.demo.builds import BuildResult
from bot.demo.repository import Commit

STYLE = """
:root { color-scheme: light dark; --line: light-dark(#e1e5ea, #31363d); --soft: light-dark(#5a6473, #9aa4b1);
  --added: light-dark(#e3f5e9, #16321f); --removed: light-dark(#fdeaea, #3a1d1d); --link: light-dark(#1a5fa8, #8cbcf0);
  --side: light-dark(#f4f6f8, #15181b); font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 58rem; margin: 0 auto; padding: 1.5rem 1rem 3rem;
  background: light-dark(#fff, #1a1d21); color: light-dark(#1c2330, #e4e7eb); }
h1 { font-size: 1.5rem; line-height: 1.25; } h2 { margin-top: 2rem; font-size: 1.1rem; }
a { color: var(--link); } p, li { overflow-wrap: anywhere; } .soft { color: var(--soft); }
ul { padding: 0; list-style: none; border: 1px solid var(--line); border-radius: 8px; }
li { padding: 0.5rem 0.8rem; } li + li { border-top: 1px solid var(--line); }
pre { padding: 0.7rem 0; overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; background: var(--side);
  font: 0.82rem/1.5 ui-monospace, Menlo, monospace; }
pre span { display: block; min-height: 1.5em; padding: 0 0.8rem; width: max-content; min-width: 100%; box-sizing: border-box; }
.added { background: var(--added); } .removed { background: var(--removed); }
.file { font-weight: 700; } .place { color: var(--soft); }
"""
DIFF_LINES = (
    ("diff --git", "file"),
    ("+++", "place"),
    ("---", "place"),
    ("@@", "place"),
    ("+", "added"),
    ("-", "removed"),
)
"""How lines of a diff begin, the longest beginnings first, and their classes."""


def comparison_page(old: str, new: str, commits: Sequence[Commit], diff: str) -> str:
    """Return the page of all that came between two commits."""
    count = "1 commit" if len(commits) == 1 else f"{len(commits)} commits"
    title = f"{count} between {old[:7]} and {new[:7]}"
    return _page(title, _commits(commits), _diff(diff))


def commit_page(commit: Commit, diff: str) -> str:
    """Return the page of one commit."""
    said = f'<p class="soft">{_text(commit.author)} · {_text(commit.sha)}</p>'
    return _page(commit.title, said, _diff(diff))


def build_page(built: BuildResult, commits: Sequence[Commit], diff: str, log: str) -> str:
    """Return the page of a build: its outcome, its commits, what they changed, and the log of its tests."""
    outcome = f"Failed: {built.failure}" if built.failure else "All tests passed"
    digest = f'<p class="soft">{_text(built.digest)}</p>' if built.digest else ""
    return _page(
        f"website {built.version}",
        f"<p><strong>{_text(outcome)}</strong> at {_link(built.sha)}</p>{digest}",
        "<h2>New in it</h2>",
        _commits(commits),
        '<h2 id="log">Log of its tests</h2>',
        f'<pre tabindex="0" aria-label="Log of its tests">{_lines(log, ())}</pre>',
        _diff(diff),
    )


def _page(title: str, *parts: str) -> str:
    shown = _text(title)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<title>{shown} · website</title><style>{STYLE}</style></head>\n"
        f'<body><main><p class="soft">The demo\'s repository of website</p><h1>{shown}</h1>'
        f"{''.join(parts)}</main></body></html>\n"
    )


def _commits(commits: Sequence[Commit]) -> str:
    listed = "".join(
        f'<li>{_text(each.title)}<br><span class="soft">{_text(each.author)} · {_link(each.sha)}</span></li>'
        for each in commits
    )
    return f"<ul>{listed}</ul>" if listed else "<p>Nothing was changed.</p>"


def _diff(diff: str) -> str:
    shown = _lines(diff, DIFF_LINES)
    return f'<h2>Diff</h2><pre tabindex="0" aria-label="Diff">{shown}</pre>' if diff else ""


def _lines(text: str, kinds: Sequence[tuple[str, str]]) -> str:
    return "".join(
        f'<span class="{next((kind for start, kind in kinds if line.startswith(start)), "line")}">{_text(line)}</span>'
        for line in text.splitlines()
    )


def _link(sha: str) -> str:
    return f'<a href="/website/commit/{_text(sha)}">{_text(sha[:7])}</a>'


def _text(words: str) -> str:
    return html.escape(words)
