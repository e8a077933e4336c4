"""The views.* methods: opening, stacking and updating modals, and publishing the Home of the app."""

import json

from bot.local_slack.block_kit import LARGEST_HOME, home_errors, view_errors
from bot.local_slack.methods.call import ApiError, Call, Method
from bot.local_slack.model import Json, View
from bot.local_slack.serializers import view_json
from bot.local_slack.triggers import TriggerError


def open_view(call: Call) -> Json:
    """views.open: a trigger id works once and for 3 s."""
    content = _content(call)
    return _shown(call, call.workspace.modals.open(_person(call), content))


def push_view(call: Call) -> Json:
    """views.push: at most three views on a stack."""
    content = _content(call)
    pushed = call.workspace.modals.push(_person(call), content)
    if not pushed:
        raise ApiError("push_limit_reached")
    return _shown(call, pushed)


def update_view(call: Call) -> Json:
    """views.update by view_id or external_id; a stale hash is refused."""
    content = _content(call)
    view = call.workspace.modals.find(call.text("view_id"), call.text("external_id"))
    if not view:
        raise ApiError("not_found")
    if call.text("hash") not in {None, view.hash}:
        raise ApiError("hash_conflict")
    return _shown(call, call.workspace.modals.update(view, content))


def publish_view(call: Call) -> Json:
    """views.publish to one user's Home; a stale hash is refused."""
    content = call.structure("view", "invalid_arguments")
    errors = home_errors(content)
    if errors:
        raise ApiError("invalid_arguments", errors)
    if len(json.dumps(content)) > LARGEST_HOME:
        raise ApiError("view_too_large")
    user = call.workspace.users.get(call.needed("user_id"))
    if user is None or user.deleted or user.is_bot:
        raise ApiError("user_not_found")
    shown = call.workspace.homes.of(user.id)
    if call.text("hash") not in {None, shown.hash if shown else None}:
        raise ApiError("hash_conflict")
    return _shown(call, call.workspace.homes.publish(user.id, content))


def _content(call: Call) -> Json:
    content = call.structure("view", "invalid_arguments")
    errors = view_errors(content)
    if errors:
        raise ApiError("invalid_arguments", errors)
    return content


def _person(call: Call) -> str:
    try:
        return call.triggers.spend_trigger_id(call.needed("trigger_id", "invalid_trigger_id"))
    except TriggerError as refusal:
        raise ApiError(refusal.code) from None


def _shown(call: Call, view: View) -> Json:
    return {"view": view_json(call.workspace, view)}


MODALS = {
    "views.open": Method(open_view),
    "views.publish": Method(publish_view),
    "views.push": Method(push_view),
    "views.update": Method(update_view),
}
