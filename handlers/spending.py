"""What becomes of sign-offs: each serves one deployment, and counts again if that provably did not begin."""

from dataclasses import replace

from handlers.sign_offs import SignOff


def spend(sign_offs: tuple[SignOff, ...]) -> tuple[SignOff, ...]:
    """Spend all sign-offs: each serves one deployment."""
    return tuple(replace(each, spent=True) for each in sign_offs)


def restore_sign_offs(sign_offs: tuple[SignOff, ...], armed_by: str = "") -> tuple[SignOff, ...]:
    """Restore spent sign-offs, in the name of a person if one caused it."""
    return tuple(
        replace(each, spent=False, armed_by=armed_by or each.armed_by)
        if each.spent and not each.void
        else each
        for each in sign_offs
    )
