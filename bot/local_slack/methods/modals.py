"""The views.* methods: opening, stacking and updating modals."""

from bot.local_slack.block_kit import view_errors
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
    "views.push": Method(push_view),
    "views.update": Method(update_view),
}
