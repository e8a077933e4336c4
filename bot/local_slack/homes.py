"""The Home that the app has published for each user.

docs.slack.dev/surfaces/app-home, docs.slack.dev/reference/methods/views.publish: a view is the user's until the next one.
"""

from collections.abc import Callable, Iterator

from bot.local_slack.model import Json, Kind, Subject, View
from bot.local_slack.naming import named


class Homes:
    """Publishes views, and records each for its user."""

    def __init__(
        self, record: Callable[[Kind, Subject, frozenset[str] | None], None], ids: Iterator[int]
    ) -> None:
        """Keep the workspace's log (`record`) and its source of unique ids."""
        self._record = record
        self._ids = ids
        self._views: dict[str, View] = {}

    def of(self, user: str) -> View | None:
        """Return what a user's Home shows; None if nothing was published."""
        return self._views.get(user)

    def find(self, view_id: str) -> View | None:
        """Find a published view by its id."""
        return next((view for view in self._views.values() if view.id == view_id), None)

    def publish(self, user: str, content: Json) -> View:
        """Replace what a user's Home shows."""
        before = self._views.get(user)
        view_id = before.id if before else f"V{next(self._ids):07d}"
        fresh = {**content, "blocks": list(named(content["blocks"], self._ids))}
        view = View(view_id, user, fresh, f"{next(self._ids)}.h", root_id=view_id, previous_id=None)
        self._views[user] = view
        self._record("home", view, frozenset({user}))
        return view
