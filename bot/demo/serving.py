"""A small web server of the demo, at an address of its own that stays the same."""

from aiohttp import web

from bot.demo.errors import DemoError

HOST = "127.0.0.1"


class Server:
    """Serves the routes of `app`; `name` says in errors what it serves."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.app = web.Application()
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> int:
        """Serve it, on a free port when `port` is 0; return the port.

        Raises DemoError when the port is in use.
        """
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, HOST, port).start()
        except OSError as error:
            await self.stop()
            message = f"Port {port}, where this demo has its {self.name} site, is in use: end what uses it."
            raise DemoError(message) from error
        taken = int(self._runner.addresses[0][1])
        self.url = f"http://{HOST}:{taken}/"
        return taken

    async def stop(self) -> None:
        """Stop serving."""
        if self._runner:
            await self._runner.cleanup()
