"""Nothing that is a secret, or looks like one, leaves a run's output."""

import pytest

from bot.redaction import REDACTED, redactor

SECRETS = ("hunter2!", "s3cr3t p/w", "-----TOP-----\nline one of it\nxy", "hunter2!-and-more", "  ")
R = REDACTED
KEY = "PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("nothing to hide", "nothing to hide"),
        ("log in with hunter2!.", f"log in with {R}."),
        ("hunter2!-and-more", R),
        ("?p=s3cr3t%20p%2Fw&x", f"?p={R}&x"),
        ("-----TOP-----\nline one of it\nxy", R),
        ("> line one of it <", f"> {R} <"),
        ("xy is too little to be hidden by itself", "xy is too little to be hidden by itself"),
        ("xoxb" + "-123-abcDEF", R),
        ("xoxe.xoxp" + "-1-abc, xapp" + "-1-A1-2", f"{R}, {R}"),
        ("token=ghp" + "_0123456789abcdefXYZ;", f"token={R};"),
        ("github" + "_pat_11AA_bcd", R),
        ("glpat" + "-0123456789abcdefgh", R),
        ("AKIA" + "IOSFODNN7EXAMPLE", R),
        ("curl -H 'Authorization: Bearer abc.def-123='", f"curl -H 'Authorization: Bearer {R}'"),
        ("eyJhbGciOi" + ".eyJzdWIi.sig-1", R),
        ("postgresql://shiproom:p@ss@db/x", f"postgresql://shiproom:{R}@db/x"),
        ("https://:t0ken@example.org/a", f"https://:{R}@example.org/a"),
        ("https://example.org/a:b@c", "https://example.org/a:b@c"),
        (f"a\n-----BEGIN RSA {KEY}\nMIIE\n-----END RSA {KEY}\nb", f"a\n{R}\nb"),
        (f"a\n-----BEGIN {KEY}\nMIIE\nMIIE", f"a\n{R}"),
        (f"MIIE\n-----END {KEY}\nb", f"{R}\nb"),
        ("(a+)+$ .* [", "(a+)+$ .* ["),
    ],
)
def test_secrets_are_taken_out(text: str, shown: str) -> None:
    assert redactor(SECRETS)(text) == shown


def test_without_secrets_shapes_are_still_known() -> None:
    assert redactor([])("ghp" + "_0123456789abcdefXYZ hunter2!") == f"{R} hunter2!"
