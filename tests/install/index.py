"""A small package index on loopback, whose packages are made here: PEP 503 over HTTP, wheels as PEP 427 has them."""

import base64
import hashlib
import http.server
import threading
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

TAG = "py3-none-any"


@dataclass(frozen=True, slots=True)
class Package:
    """One release of a package. `extras` maps each extra to what it requires; `files` maps paths to their text."""

    name: str
    version: str
    requires: tuple[str, ...] = ()
    extras: dict[str, str] = field(default_factory=dict[str, str])
    files: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def stem(self) -> str:
        return f"{self.name.replace('-', '_')}-{self.version}"

    def metadata(self) -> str:
        """Write what PEP 566 calls core metadata."""
        lines = [
            "Metadata-Version: 2.1",
            f"Name: {self.name}",
            f"Version: {self.version}",
            *(f"Requires-Dist: {each}" for each in self.requires),
        ]
        for extra, required in self.extras.items():
            lines += [f"Provides-Extra: {extra}", f'Requires-Dist: {required}; extra == "{extra}"']
        return "\n".join(lines) + "\n"

    def write(self, directory: Path) -> Path:
        """Write the package as a wheel."""
        info = f"{self.stem}.dist-info"
        files = {
            **self.files,
            f"{info}/METADATA": self.metadata(),
            f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: {TAG}\n",
        }
        rows = [f"{name},sha256={_digest(text)},{len(text.encode())}" for name, text in files.items()]
        record = "\n".join([*rows, f"{info}/RECORD,,"]) + "\n"
        path = directory / f"{self.stem}-{TAG}.whl"
        with zipfile.ZipFile(path, "w") as wheel:
            for name, text in {**files, f"{info}/RECORD": record}.items():
                wheel.writestr(name, text)
        return path

    def pin(self, directory: Path) -> str:
        """Give the line of a lock file that names this release."""
        return f"{self.name}=={self.version} --hash=sha256:{_sha256(self.write(directory))}\n"


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dataclass
class Index:
    """A running index: its address, and the paths that were asked for."""

    url: str
    asked: list[str]


@contextmanager
def index(directory: Path) -> Generator[Index]:
    """Serve the wheels of a directory: `/simple/NAME/` lists the releases, `/wheels/FILE` is one of them."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            match self.path.strip("/").split("/"):
                case ["simple", name]:
                    self._answer(_page(directory, name), "text/html")
                case ["wheels", name] if (directory / name).is_file():
                    self._answer((directory / name).read_bytes(), "application/zip")
                case _:
                    self.send_error(404)

        def _answer(self, body: bytes, content_type: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server gives it
            del format, args

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        yield Index(f"http://127.0.0.1:{server.server_port}/simple/", asked)
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def _page(directory: Path, name: str) -> bytes:
    wheels = sorted(directory.glob(f"{name.replace('-', '_')}-*.whl"))
    links = (f'<a href="/wheels/{each.name}#sha256={_sha256(each)}">{each.name}</a>' for each in wheels)
    return f"<!DOCTYPE html><html><body>{''.join(links)}</body></html>".encode()
