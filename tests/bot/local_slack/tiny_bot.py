"""A small bolt app that uses each feature of Slack that a release bot needs."""

from typing import Any, TypeAlias

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

# The answers of slack_sdk and the decorators of bolt have no complete types.
Client: TypeAlias = Any

CHANNEL = "C0RELEASES"
BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-local", "xapp-local", "signing-secret"

MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "start",
    "title": {"type": "plain_text", "text": "Start a release"},
    "submit": {"type": "plain_text", "text": "Start"},
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "build",
            "label": {"type": "plain_text", "text": "Build"},
            "element": {
                "type": "static_select",
                "action_id": "build",
                "options": [
                    {"text": {"type": "plain_text", "text": f"{version} main"}, "value": version}
                    for version in ("2.4.1", "2.4.0")
                ],
            },
        },
        {
            "type": "input",
            "block_id": "note",
            "optional": True,
            "label": {"type": "plain_text", "text": "Note"},
            "element": {"type": "plain_text_input", "action_id": "note", "multiline": True, "max_length": 20},
        },
        {
            "type": "input",
            "block_id": "ticks",
            "label": {"type": "plain_text", "text": "Checklist"},
            "element": {
                "type": "checkboxes",
                "action_id": "ticks",
                "options": [
                    {"text": {"type": "mrkdwn", "text": item}, "value": item} for item in ("Log in", "Board")
                ],
            },
        },
    ],
}


def options(*values: str) -> list[dict[str, Any]]:
    """Return options whose texts are their values."""
    return [{"text": {"type": "plain_text", "text": value}, "value": value} for value in values]


def picker(chosen: str) -> dict[str, Any]:
    """Return a modal that the bot updates when a service is chosen."""
    select = {"type": "static_select", "action_id": "service", "options": options("website", "api")}
    radios = {"type": "radio_buttons", "action_id": "where", "options": options("staging", "production")}
    why = {"type": "plain_text_input", "action_id": "why", "initial_value": f"why {chosen}"}
    again = {"type": "button", "action_id": "again", "text": {"type": "plain_text", "text": "One more"}}
    text = {"type": "mrkdwn", "text": f"Service: {chosen}"}
    return {
        "type": "modal",
        "callback_id": "pick",
        "title": {"type": "plain_text", "text": "Pick"},
        "submit": {"type": "plain_text", "text": "Go"},
        "blocks": [
            {"type": "section", "block_id": "service", "text": text, "accessory": select},
            {
                "type": "input",
                "block_id": "where",
                "label": {"type": "plain_text", "text": "Where"},
                "element": radios,
            },
            {
                "type": "input",
                "block_id": "why",
                "label": {"type": "plain_text", "text": "Why"},
                "element": why,
            },
            {"type": "actions", "elements": [again]},
        ],
    }


LONG: dict[str, Any] = {
    "type": "modal",
    "callback_id": "long",
    "title": {"type": "plain_text", "text": "A long list"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "service",
            "label": {"type": "plain_text", "text": "Service"},
            "element": {"type": "external_select", "action_id": "long", "min_query_length": 0},
        }
    ],
}


def card(words: str) -> list[dict[str, Any]]:
    """Return a card with two buttons, one of which asks for confirmation, and a menu."""
    confirm = {
        "title": {"type": "plain_text", "text": "Sign off?"},
        "text": {"type": "mrkdwn", "text": "2.4.1 for *production*"},
        "confirm": {"type": "plain_text", "text": "Sign"},
        "deny": {"type": "plain_text", "text": "Not yet"},
    }
    sign = {"type": "plain_text", "text": "Sign off for testers"}
    more = {"type": "plain_text", "text": "More"}
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": words}},
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "action_id": "sign",
                    "text": sign,
                    "value": "approve r1",
                    "confirm": confirm,
                },
                {"type": "button", "action_id": "more", "text": more, "value": "more"},
                {"type": "overflow", "action_id": "menu", "options": options("Why", "Cancel r1")},
            ],
        },
    ]


def make_bot(client: Client) -> AsyncApp:
    """Make the bot; it keeps nothing, because it posts back what it received."""
    app: Any = AsyncApp(client=client, signing_secret=SECRET, process_before_response=True)
    app.command("/release")(on_command)
    app.action("sign")(on_sign)
    app.action("more")(on_more)
    app.action("menu")(on_menu)
    app.action("service")(on_service)
    app.action("again")(on_again)
    app.options("long")(on_long)
    app.view("long")(on_chosen)
    app.message_shortcut("report_blocker")(on_shortcut)
    app.view("pick")(on_pick)
    app.view("start")(on_submit)
    app.view_closed("start")(on_close)
    return app


async def on_long(ack: AsyncAck, body: dict[str, Any]) -> None:
    fitting = [f"service-{number}" for number in range(200) if body["value"] in f"service-{number}"]
    await ack({"options": options(*fitting[:100])})


async def on_chosen(ack: AsyncAck, body: dict[str, Any], client: Client) -> None:
    chosen = body["view"]["state"]["values"]["service"]["long"]["selected_option"]["value"]
    await ack()
    await client.chat_postMessage(channel=CHANNEL, text=f"chose {chosen}")


async def on_shortcut(ack: AsyncAck, body: dict[str, Any], client: Client) -> None:
    await ack()
    told = f"reported {body['channel']['id']} {body['message']['ts']}"
    await client.chat_postMessage(channel=CHANNEL, text=told)


async def on_command(ack: AsyncAck, body: dict[str, str], client: Client, respond: AsyncRespond) -> None:
    match body["text"]:
        case "card":
            posted = await client.chat_postMessage(
                channel=body["channel_id"], text="r1 waits", blocks=card("r1 waits")
            )
            await client.chat_postMessage(
                channel=body["channel_id"],
                thread_ts=posted["ts"],
                reply_broadcast=True,
                text=f"<@{body['user_id']}> started it",
            )
            await ack()
        case "long":
            await client.views_open(trigger_id=body["trigger_id"], view=LONG)
            await ack()
        case "modal":
            await client.views_open(trigger_id=body["trigger_id"], view=MODAL)
            await ack()
        case "pick":
            await client.views_open(trigger_id=body["trigger_id"], view=picker("none"))
            await ack()
        case "later":
            await ack()
            await respond(text="private, later")
            await respond(text="public, later", response_type="in_channel")
        case "fail":
            raise RuntimeError(body["text"])
        case "blocks":
            await ack(
                text="fallback",
                blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": "*in* blocks"}}],
            )
        case words:
            await ack(f"You said {words}")


async def on_sign(ack: AsyncAck, body: dict[str, Any], client: Client) -> None:
    message = body["message"]
    words = f"signed by <@{body['user']['id']}>: {body['actions'][0]['value']}"
    await client.chat_update(
        channel=body["channel"]["id"], ts=message["ts"], text=words, blocks=card(words)[:1]
    )
    await ack()


async def on_more(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
    await ack()
    if body["container"]["is_ephemeral"]:
        await respond(delete_original=True)
    else:
        await respond(text="more", blocks=card("more, for you"))


async def on_menu(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
    await ack()
    (action,) = body["actions"]
    await respond(text=f"{action['type']}: {action['selected_option']['value']}, {body['state']['values']}")


async def on_service(ack: AsyncAck, body: dict[str, Any], client: Client) -> None:
    chosen = body["actions"][0]["selected_option"]["value"]
    await client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=picker(chosen))
    await ack()


async def on_again(ack: AsyncAck, body: dict[str, Any], client: Client) -> None:
    await client.views_push(trigger_id=body["trigger_id"], view=picker("again"))
    await ack()


async def on_pick(ack: AsyncAck, body: dict[str, Any], client: Client) -> None:
    values = body["view"]["state"]["values"]
    where = values["where"]["where"]["selected_option"]["value"]
    service = values["service"]["service"]["selected_option"]
    text = f"{service and service['value']} to {where}: {values['why']['why']['value']}"
    await client.chat_postMessage(channel=CHANNEL, text=text)
    await ack()


async def on_submit(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], client: Client) -> None:
    values = view["state"]["values"]
    version = values["build"]["build"]["selected_option"]["value"]
    note = values["note"]["note"]["value"]
    if note == "push":
        await ack(response_action="push", view=MODAL)
    elif note == "update":
        changed = {**MODAL, "title": {"type": "plain_text", "text": "Changed"}}
        await ack(response_action="update", view=changed)
    elif note == "errors":
        await ack(response_action="errors", errors={"note": "Say why"})
    elif note == "clear":
        await ack(response_action="clear")
    else:
        ticks = [option["value"] for option in values["ticks"]["ticks"]["selected_options"]]
        await client.chat_postMessage(
            channel=CHANNEL, text=f"{version} by <@{body['user']['id']}>: {note}, {ticks}"
        )
        await ack()


async def on_close(ack: AsyncAck, body: dict[str, Any], client: Client) -> None:
    await client.chat_postMessage(channel=body["user"]["id"], text=f"closed, cleared: {body['is_cleared']}")
    await ack()
