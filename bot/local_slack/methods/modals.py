"""The views.* methods: opening modals with a trigger id, stacking and changing them."""

from bot.local_slack.block_kit import view_faults
from bot.local_slack.methods.call import ApiError, Call, Method
from bot.local_slack.model import Json, View
from bot.local_slack.shapes import view_json
from bot.local_slack.tickets import TicketError


def open_view(call: Call) -> Json:
    """views.open: a trigger id lives 3 s and once."""
    content = _content(call)
    return _shown(call, call.workspace.views.open(_person(call), content))


def push_view(call: Call) -> Json:
    """views.push: at most three views on a stack."""
    content = _content(call)
    pushed = call.workspace.views.push(_person(call), content)
    if not pushed:
        raise ApiError("push_limit_reached")
    return _shown(call, pushed)


def update_view(call: Call) -> Json:
    """views.update by view_id or external_id; a stale hash is refused."""
    content = _content(call)
    view = call.workspace.views.find(call.text("view_id"), call.text("external_id"))
    if not view:
        raise ApiError("not_found")
    if call.text("hash") not in {None, view.hash}:
        raise ApiError("hash_conflict")
    return _shown(call, call.workspace.views.update(view, content))


def _content(call: Call) -> Json:
    content = call.structure("view", "invalid_arguments")
    faults = view_faults(content)
    if faults:
        raise ApiError("invalid_arguments", faults)
    return content


def _person(call: Call) -> str:
    try:
        return call.tickets.spend_trigger(call.needed("trigger_id", "invalid_trigger_id"))
    except TicketError as refusal:
        raise ApiError(refusal.code) from None


def _shown(call: Call, view: View) -> Json:
    return {"view": view_json(call.workspace, view)}


MODALS = {
    "views.open": Method(open_view),
    "views.push": Method(push_view),
    "views.update": Method(update_view),
}
