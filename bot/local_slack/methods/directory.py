"""The methods about people: auth.test, users.* and usergroups.*."""

from bot.local_slack.methods.call import ApiError, Call, Method
from bot.local_slack.model import BOT_ID, Json, User, UserGroup
from bot.local_slack.serializers import user_json


def auth_test(call: Call) -> Json:
    """auth.test: the bot's own identity."""
    bot = call.workspace.bot
    return {
        "url": f"{call.address}/",
        "team": "Local Slack",
        "user": bot.name.lower(),
        "team_id": call.workspace.team_id,
        "user_id": bot.id,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def user(call: Call) -> Json:
    """users.info."""
    found = call.workspace.users.get(call.needed("user", "user_not_found"))
    if not found:
        raise ApiError("user_not_found")
    return {"user": _user_json(call, found)}


def users(call: Call) -> Json:
    """users.list, in pages."""
    part, onward = call.page(list(call.workspace.users.values()))
    return {"members": [_user_json(call, one) for one in part], "response_metadata": onward}


def _user_json(call: Call, one: User) -> Json:
    """Return a user with the address only for a token that may see it (docs.slack.dev/reference/scopes/users.read.email)."""
    shown = user_json(call.workspace, one)
    if one.email and "users:read.email" in call.scopes:
        shown["profile"]["email"] = one.email
    return shown


def groups(call: Call) -> Json:
    """usergroups.list, with the members when `include_users` asks for them."""
    listed = [_group_json(call, group) for group in call.workspace.groups.values()]
    return {"usergroups": listed}


def group_users(call: Call) -> Json:
    """usergroups.users.list."""
    group = call.workspace.groups.get(call.needed("usergroup", "no_such_subteam"))
    if not group:
        raise ApiError("no_such_subteam")
    return {"users": list(group.members)}


def _group_json(call: Call, group: UserGroup) -> Json:
    members = {"users": list(group.members)} if call.yes("include_users") else {}
    names = {"id": group.id, "team_id": call.workspace.team_id, "handle": group.handle, "name": group.handle}
    return {**names, "is_usergroup": True, "user_count": len(group.members), "date_delete": 0, **members}


DIRECTORY = {
    "auth.test": Method(auth_test),
    "users.info": Method(user, "users:read"),
    "users.list": Method(users, "users:read"),
    "usergroups.list": Method(groups, "usergroups:read"),
    "usergroups.users.list": Method(group_users, "usergroups:read"),
}
