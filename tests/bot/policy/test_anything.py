"""Whatever the file holds: nothing is raised, and there is a policy or there are faults, never both and never neither."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.policy import PolicyResult
from tests.bot.policy.drafts import SOUND, read

WORDS = st.sampled_from(
    [
        *(
            "off",
            "22:30",
            "0123456",
            "1.10",
            "~",
            "''",
            "[]",
            "{}",
            "&a",
            "*a",
            "!!str",
            "<<",
            "${X}",
            "$${",
            "${",
        ),
        *(
            "staging",
            "production",
            "testers",
            "ops",
            "U0TIM",
            "C0RELEASES",
            "true",
            "1",
            "10m",
            "on",
            "r42",
            "\n",
        ),
        *(
            ": ",
            "- ",
            ", ",
            "[",
            "]",
            "{",
            "}",
            "'",
            '"',
            "#",
            "---\n",
            "\t",
            "|\n",
            ">\n",
            "? ",
            "@",
            "%",
            "\\u0000",
        ),
        *(
            "members: ",
            "gates: ",
            "needs: ",
            "kept: ",
            "deploy: ",
            "ci: ",
            "protected: ",
            "same_person: true",
        ),
    ],
)
SCALARS = st.one_of(st.text(max_size=8), WORDS)


Look = Callable[[str | bytes], PolicyResult]


@pytest.fixture(scope="module")
def look(tmp_path_factory: pytest.TempPathFactory) -> Look:
    """Read a file and look that what comes of it makes sense."""
    folder = tmp_path_factory.mktemp("policy")

    def read_and_look(text: str | bytes) -> PolicyResult:
        reading = read(folder, text, {"X": "x"})
        assert (reading.policy is None) is bool(reading.errors)
        for fault in (*reading.errors, *reading.warnings):
            assert fault.line >= 1
            assert fault.column >= 1
            assert str(fault).isprintable()
        return reading

    return read_and_look


@given(raw=st.binary(max_size=400))
def test_any_bytes(look: Look, raw: bytes) -> None:
    look(raw)


def test_a_strange_name_is_not_proposed_as_it_stands(look: Look) -> None:
    look(SOUND.replace("developers: {", "\ud7fcdevelopers: {").encode("utf-8", "surrogatepass"))


@given(words=st.lists(SCALARS, max_size=40))
def test_any_words(look: Look, words: list[str]) -> None:
    look("".join(words).encode("utf-8", "surrogatepass"))


@settings(max_examples=300)
@given(data=st.data())
def test_a_sound_policy_with_pieces_replaced(look: Look, data: st.DataObject) -> None:
    text = SOUND
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 30)))
        text = text[:start] + data.draw(SCALARS) + text[end:]
    look(text.encode("utf-8", "surrogatepass"))


@given(data=st.data())
def test_a_sound_policy_with_lines_moved(look: Look, data: st.DataObject) -> None:
    lines = SOUND.splitlines(keepends=True)
    moved = lines.pop(data.draw(st.integers(0, len(lines) - 1)))
    lines.insert(data.draw(st.integers(0, len(lines))), moved)
    look("".join(lines))


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_quoted_text_stays_what_it_is(look: Look, text: str) -> None:
    quoted = "".join(f"\\U{ord(letter):08x}" for letter in text)
    reading = look(SOUND.replace("[./deploy.sh, staging]", f'[./deploy.sh, "{quoted}"]'))
    if reading.policy is not None:
        deploy = reading.policy.plans["website"].environments[0].deploy
        assert deploy.command == ("./deploy.sh", text.replace("$${", "${"))
