"""The open modals: a stack per user, because Slack counts and clears them so."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from bot.local_slack.forms import initial_values, surviving
from bot.local_slack.model import Json, Kind, Subject, View
from bot.local_slack.naming import named

STACK_LIMIT = 3  # docs.slack.dev/surfaces/modals: "up to 3 views at a time"


class OpenModals:
    """Opens, stacks, updates and closes modals, and records each change for its user."""

    def __init__(
        self, record: Callable[[Kind, Subject, frozenset[str] | None], None], ids: Iterator[int]
    ) -> None:
        """Keep the workspace's log (`record`) and its source of unique ids."""
        self._record = record
        self._ids = ids
        self._stacks: dict[str, list[View]] = {}

    def stack(self, user: str) -> list[View]:
        """Return the user's open modals, the top one last."""
        return list(self._stacks.get(user, ()))

    def top(self, user: str) -> View | None:
        """Return the user's top modal."""
        stack = self.stack(user)
        return stack[-1] if stack else None

    def find(self, view_id: str | None, external_id: str | None = None) -> View | None:
        """Find the open modal with this id or external id."""
        for stack in self._stacks.values():
            for view in stack:
                if view.id == view_id or (external_id and view.content.get("external_id") == external_id):
                    return view
        return None

    def open(self, user: str, content: Json) -> View:
        """Open a first modal and close all others of the user."""
        self.clear(user)
        return self._add(user, content)

    def push(self, user: str, content: Json) -> View | None:
        """Put a modal on top of the stack; None when Slack's limit of three is reached."""
        return None if len(self.stack(user)) >= STACK_LIMIT else self._add(user, content)

    def update(self, view: View, content: Json) -> View:
        """Replace a modal's content; values stay where block_id and action_id stay."""
        fresh = self._named(content)
        values = surviving(view.values, fresh["blocks"])
        return self._put(
            replace(view, content=fresh, hash=self._hash(), values=values, errors={}, trouble="")
        )

    def fill(self, view: View, values: Json) -> View:
        """Store what the user has filled in so far."""
        return self._put(replace(view, values={**view.values, **values}, errors={}, trouble=""))

    def refuse(self, view: View, errors: dict[str, str], trouble: str = "") -> View:
        """Show errors at the inputs, by block_id, or `trouble` for the whole modal."""
        return self._put(replace(view, errors=errors, trouble=trouble))

    def close(self, view: View) -> None:
        """Close one modal; the one below becomes visible."""
        self._stacks[view.user] = [other for other in self.stack(view.user) if other.id != view.id]
        self._record("view_gone", view, frozenset({view.user}))

    def clear(self, user: str) -> None:
        """Close all modals of the user."""
        for view in reversed(self.stack(user)):
            self.close(view)

    def _add(self, user: str, content: Json) -> View:
        below = self.top(user)
        fresh = self._named(content)
        view_id = f"V{next(self._ids):07d}"
        view = View(
            id=view_id,
            user=user,
            content=fresh,
            hash=self._hash(),
            root_id=below.root_id if below else view_id,
            previous_id=below.id if below else None,
            values=initial_values(fresh["blocks"]),
        )
        self._stacks.setdefault(user, []).append(view)
        self._record("view", view, frozenset({user}))
        return view

    def _put(self, view: View) -> View:
        self._stacks[view.user] = [view if other.id == view.id else other for other in self.stack(view.user)]
        self._record("view", view, frozenset({view.user}))
        return view

    def _named(self, content: Json) -> Json:
        return {**content, "blocks": list(named(content["blocks"], self._ids))}

    def _hash(self) -> str:
        return f"{next(self._ids)}.h"
