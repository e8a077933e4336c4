"""The manifest installs exactly what the bot needs: its command, its scopes, and nothing that it does not listen to."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from bot.blocks.blocker_input import REPORT_BLOCKER
from bot.local_slack.events import SUBSCRIBED
from bot.local_slack.methods import METHODS
from bot.local_slack.workflows import STEP_KINDS, STEP_STARTED
from bot.slack.listeners import COMMAND
from bot.slack.workflow_steps import REQUEST, WAIT
from handlers.actions import COMMANDS
from tests.bot.inside import inside
from tests.house.tree import ROOT, module_files, parsed

SCHEMA = ROOT.parent / "shared" / "schemas" / "slack-manifest.schema.2.0.0.json"
MANIFEST = ROOT / "manifest.yml"
WITH_STEPS = ROOT / "manifest-workflow.yml"

SCOPES = {
    "auth.test": "",
    "chat.getPermalink": "",
    "chat.postMessage": "chat:write",  # also to a user's id, which opens the direct message by itself
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "conversations.info": "channels:read",  # and groups:read for private channels
    "conversations.list": "channels:read",  # and groups:read for private channels
    "functions.completeError": "",
    "functions.completeSuccess": "",
    "usergroups.list": "usergroups:read",
    "usergroups.users.list": "usergroups:read",
    "users.info": "users:read",
    "users.list": "users:read",
    "views.open": "",
    "views.publish": "",
    "views.update": "",
}
"""The scope that each method needs, from its own page under docs.slack.dev/reference/methods; the slash command needs
`commands`. Socket Mode's connections:write belongs to the app-level token, which no manifest can make."""

METHOD = re.compile(
    r"(?:auth|chat|conversations|functions|reactions|usergroups|users|views)(?:\.[a-zA-Z]+)+\Z"
)


def read(path: Path = MANIFEST) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def as_http(text: str) -> dict[str, Any]:
    """Change the lines that are marked HTTP, as the manifest says."""
    given = re.sub(r"# (url|request_url|message_menu_options_url): ", r"\1: ", text)
    return yaml.safe_load(given.replace("socket_mode_enabled: true", "socket_mode_enabled: false"))


def called_methods() -> Iterator[str]:
    """Give every Web API method that is called by name in the product, but for the local Slack's own."""
    for path in module_files("bot"):
        if "local_slack" in path.parts or path.name == "pace.py":
            continue
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and METHOD.match(node.value):
                yield node.value


def schema_faults(manifest: dict[str, Any]) -> list[str]:
    if not SCHEMA.is_file():
        pytest.skip(
            "Slack's schema is not beside this clone; what the bot registers is checked all the same."
        )
    validator = Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    faults: Iterator[Any] = validator.iter_errors(manifest)  # pyright: ignore[reportUnknownMemberType]
    return [str(fault.message) for fault in faults]


def test_the_table_names_what_is_called() -> None:
    assert set(called_methods()) == set(SCOPES)


def test_the_local_slack_asks_for_the_same_scopes() -> None:
    assert {method: METHODS[method].scope for method in SCOPES} == SCOPES


def test_scopes_are_those_of_the_methods() -> None:
    assert set(read()["oauth_config"]["scopes"]["bot"]) == {
        "app_mentions:read",  # of the event app_mention
        "commands",
        "groups:read",
        *filter(None, SCOPES.values()),
    }


def test_the_one_command_is_there() -> None:
    (command,) = read()["features"]["slash_commands"]
    assert command["command"] == COMMAND == "/release"
    assert command["should_escape"] is False
    hinted = set(re.findall(r"\| (\w+)", command["usage_hint"]))
    assert hinted
    assert hinted <= set(COMMANDS)


def test_the_one_shortcut_is_there() -> None:
    (shortcut,) = read()["features"]["shortcuts"]
    assert (shortcut["callback_id"], shortcut["type"]) == (REPORT_BLOCKER, "message")
    assert len(shortcut["name"]) <= 24


async def test_clicks_arrive_and_what_is_handled_is_subscribed_to(tmp_path: Path) -> None:
    settings = read()["settings"]
    assert settings["interactivity"] == {"is_enabled": True}
    assert settings["socket_mode_enabled"] is True
    subscribed = settings["event_subscriptions"]["bot_events"]
    assert sorted(SUBSCRIBED - {STEP_STARTED}) == sorted(subscribed)
    async with inside(tmp_path) as bot:
        assert bot.app.surfaces.events.kinds == SUBSCRIBED
    home = read()["features"]["app_home"]
    assert (home["home_tab_enabled"], home["messages_tab_enabled"]) == (True, True)


@pytest.mark.parametrize("path", [MANIFEST, WITH_STEPS], ids=lambda path: path.stem)
def test_it_is_a_manifest(path: Path) -> None:
    assert not schema_faults(read(path))


def test_the_one_with_steps_is_the_other_one_and_the_steps() -> None:
    given = read(WITH_STEPS)
    steps = given.pop("functions")
    assert given["settings"].pop("function_runtime") == "remote"
    assert given["settings"]["org_deploy_enabled"] is True
    given["settings"]["org_deploy_enabled"] = False
    given["settings"]["event_subscriptions"]["bot_events"].remove(STEP_STARTED)
    assert given == read()
    assert list(steps) == [REQUEST, WAIT] == list(STEP_KINDS)
    for name, step in steps.items():
        kind = STEP_KINDS[name]
        for told, known in (("input_parameters", kind.inputs), ("output_parameters", kind.outputs)):
            required = step[told]["required"]
            found = {each: (is_["type"], each in required) for each, is_ in step[told]["properties"].items()}
            assert found == known
            assert set(required) <= set(found)


def test_the_one_with_steps_has_the_same_comments() -> None:
    """Its lines are those of the other one behind its head, and what is added is explained."""
    plain, more = (
        path.read_text(encoding="utf-8").partition("\n_metadata:")[2].splitlines()
        for path in (MANIFEST, WITH_STEPS)
    )
    left_out = [line for line in plain if line not in more]
    assert left_out == ["  org_deploy_enabled: false"]


@pytest.mark.parametrize("path", [MANIFEST, WITH_STEPS], ids=lambda path: path.stem)
def test_for_http_only_the_marked_lines_change(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    http = as_http(text)
    address = http["features"]["slash_commands"][0]["url"]
    assert http["settings"]["interactivity"]["request_url"] == address
    assert http["settings"]["interactivity"]["message_menu_options_url"] == address
    assert http["settings"]["event_subscriptions"]["request_url"] == address
    assert address.endswith("/slack/events")
    assert http["settings"]["socket_mode_enabled"] is False
    assert len(re.findall(r"^ *# HTTP:", text, re.MULTILINE)) == 4
    assert not schema_faults(http)
