"""The end of an output as people read it."""

import pytest

from bot.ci.output import TAIL_LINES, last_lines, sentence
from bot.redaction import REDACTED, redactor


def untouched(text: str) -> str:
    return text


@pytest.mark.parametrize(
    ("output", "lines"),
    [
        (b"", []),
        (b"\n\n", []),
        (b"one\ntwo\n", ["one", "two"]),
        (b"one\n\ntwo\n\n\n", ["one", "", "two"]),
        (b"\xff\xfeodd\n", ["\ufffd\ufffdodd"]),
        (b"\x1b[1;31mred\x1b[0m \x1b]0;title\x07end\x1b(B\n", ["red end"]),
        (b"\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\\n", ["link"]),
        (b" 10%\r 50%\r100%\r\ndone\r\n", ["100%", "done"]),
        (b"a\x00b\x07c\td\x7f\n", ["abc d"]),
        ("right\u202eleft\u2066x\u200b\n".encode(), ["rightleftx"]),
        (b"x" * 500, ["x" * 299 + "\u2026"]),
    ],
)
def test_what_a_person_sees(output: bytes, lines: list[str]) -> None:
    assert last_lines(output, untouched) == lines


def test_only_the_end_is_shown() -> None:
    output = "".join(f"line {number}\n" for number in range(1000)).encode()
    assert last_lines(output, untouched) == [f"line {number}" for number in range(1000 - TAIL_LINES, 1000)]


def test_secrets_are_taken_out_before_anything_is_cut() -> None:
    secret = "s" * 200
    redact = redactor([secret])
    assert last_lines((" " * 200 + secret).encode(), redact) == [" " * 200 + REDACTED]
    assert last_lines(f"{secret[:100]}\x1b[0m{secret[100:]}".encode(), redact) == [REDACTED]
    key = "-----BEGIN PRIVATE KEY-----\n" + "key\n" * 30 + "-----END PRIVATE KEY-----\nend\n"
    assert last_lines(key.encode(), redact) == [REDACTED, "end"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "exit 1"),
        (["", " "], "exit 1"),
        (["starting", "502 from web-3"], '"502 from web-3" (exit 1)'),
        (["502 from web-3", "  "], '"502 from web-3" (exit 1)'),
        (["y" * 300 + " no route"], '"' + "y" * 48 + "\u2026" + "y" * 62 + ' no route" (exit 1)'),
    ],
)
def test_the_last_words(lines: list[str], said: str) -> None:
    assert sentence(lines, "exit 1") == said
