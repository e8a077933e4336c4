"""A stock slack-bolt AsyncApp whose listener does nothing: what our clicks are compared with."""

import sys
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.bench.load import SECRET


def main(mode: str, port: int, api: str) -> None:
    """Serve until killed; `default` is bolt as it comes, `pbr` has process_before_response."""
    client = AsyncWebClient("xoxb-world", base_url=api)
    app: Any = AsyncApp(client=client, signing_secret=SECRET, process_before_response=mode == "pbr")

    async def approve(ack: AsyncAck) -> None:
        await ack()

    app.action("approve:testers")(approve)
    app.server(port=port, path="/slack/events", host="127.0.0.1").start()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
