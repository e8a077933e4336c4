"""The tokens of a policy: what is read, and every fault with its place."""

from pathlib import Path

import pytest

from handlers.policy import ApiToken
from tests.bot.policy.drafts import changed, read

SECRET = "incidents-0123456789"
ENVIRON = {"INCIDENTS": SECRET, "OTHER": "another-0123456789", "SHORT": "0123456789abcde", "SAME": SECRET}


def tokens(*entries: str) -> str:
    return changed(
        ("services:\n", "tokens:\n" + "".join(f"  - {each}\n" for each in entries) + "services:\n")
    )


def test_tokens_are_read_with_their_rights(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        tokens(
            '{name: incidents, secret: "${INCIDENTS}", may: [lock], services: [website]}',
            '{name: other, secret: "${OTHER}", may: [read, build]}',
        ),
        ENVIRON,
    )
    assert not found.errors
    assert found.policy is not None
    assert found.policy.tokens == (
        ApiToken("incidents", SECRET, frozenset({"lock"}), ("website",)),
        ApiToken("other", "another-0123456789", frozenset({"read", "build"})),
    )
    assert SECRET in found.secrets
    assert SECRET not in repr(found.policy)
    incidents, other = found.policy.tokens
    assert (incidents.is_for("website"), incidents.is_for("shop"), other.is_for("shop")) == (
        True,
        False,
        True,
    )


GOOD = '{name: incidents, secret: "${INCIDENTS}", may: [lock]}'


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ((GOOD.replace("[lock]", "[lok]"),), "did you mean `lock`?"),
        ((GOOD.replace("[lock]", "[]"),), "list"),
        ((GOOD.replace(", may: [lock]", ""),), "lacks `may`"),
        ((GOOD.replace("may", "services: [websit], may"),), "did you mean `website`?"),
        ((GOOD.replace("INCIDENTS", "SHORT"),), "too short"),
        ((GOOD.replace("INCIDENTS", "MISSING"),), "MISSING is not set"),
        ((GOOD, GOOD.replace("INCIDENTS", "OTHER")), "name of another token"),
        ((GOOD, GOOD.replace("incidents", "other").replace("INCIDENTS", "SAME")), "secret of another token"),
        ((GOOD.replace("incidents", "mara"),), "is a person"),
        ((GOOD.replace("incidents", "all"),), "is a word of `/release unlock`"),
        ((GOOD.replace("incidents", "U0TIM"),), "lowercase"),
        ((GOOD.replace("may", "my"),), "did you mean `may`?"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, entries: tuple[str, ...], message: str) -> None:
    found = read(tmp_path, tokens(*entries), ENVIRON)
    assert found.policy is None
    assert any(message in str(error) for error in found.errors), found.errors
    assert not any(SECRET in str(error) for error in found.errors)


def test_a_policy_is_checked_without_its_secrets(tmp_path: Path) -> None:
    assert not read(tmp_path, tokens(GOOD), None).errors
