"""What builds images, renders charts and installs on a bare Debian needs minutes, a network and root: the full size."""

from tests.profile import PROFILE, Profile

collect_ignore = (
    []
    if PROFILE is Profile.FULL
    else ["test_chart.py", "test_compose.py", "test_image.py", "test_stranger.py"]
)
