"""libyaml, where it is there, reads what it is trusted with as PyYAML's own parser does: values and positions."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.schema import nodes
from bot.schema.diagnostics import Diagnostics

HOME = Path(__file__).resolve().parents[3]
EXAMPLES = sorted((HOME / "docs").glob("*.yml"))
LINES = [line for path in EXAMPLES for line in path.read_text(encoding="utf-8").splitlines(keepends=True)]
PIECES = [
    *" \n\t:-?,[]{}#&*!|>'\"%@`~0aä😀\r\x85\u2028\ufeff\\",
    *(
        "- ",
        ": ",
        "a: ",
        "\n  ",
        "---\n",
        "...\n",
        "%YAML 1.2\n",
        "|\n",
        "|2-\n",
        "'x'",
        '"\\x"',
        "<<: ",
        "? ",
    ),
    *("{a: b}", "{a: }", "[x, y]", "&a ", "*a", "!!str ", "\\u00e4", ": #", " #"),
]
HOSTILE = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=14).map("".join),
    st.lists(st.one_of(st.sampled_from(LINES), st.sampled_from(PIECES)), max_size=8).map("".join),
    st.text(max_size=40),
)


def trusted(text: str) -> nodes.Node | None:
    return nodes.compose_fast(text)


def own(text: str) -> tuple[nodes.Node | None, bool]:
    diagnostics = Diagnostics(Path("f"))
    return nodes.compose_carefully(text, diagnostics), bool(diagnostics.errors)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_examples_are_read_alike(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert trusted(text) in {None, own(text)[0]}


@settings(max_examples=400, deadline=None)
@given(HOSTILE)
def test_whatever_is_read_fast_is_read_alike(text: str) -> None:
    found = trusted(text)
    if found is not None:
        assert (found, False) == own(text)


def test_a_plain_policy_is_read_fast() -> None:
    text = "services:\n  web: {channel: C0WEB, gates: [{sign_off: ops}]}\n"
    assert trusted(text) == own(text)[0] is not None


def test_without_libyaml_everything_is_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(nodes.yaml, "CSafeLoader", raising=False)
    assert trusted("a: b\n") is None
    assert nodes.compose("a: b\n", Diagnostics(Path("f"))) == own("a: b\n")[0]
