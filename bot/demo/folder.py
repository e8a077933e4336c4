"""The folder with everything that a demo makes."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DemoFolder:
    """The folder of one demo."""

    root: Path

    @property
    def repository(self) -> Path:
        """Return the git repository of the sample service."""
        return self.root / "website"

    @property
    def sites(self) -> Path:
        """Return the folder of the deployed sites, with one folder per environment."""
        return self.root / "sites"

    @property
    def builds(self) -> Path:
        """Return the folder of the logs and outcomes of builds."""
        return self.root / "builds"

    @property
    def policy(self) -> Path:
        """Return the path of the release policy."""
        return self.root / "shiproom.yml"

    @property
    def trap(self) -> Path:
        """Return the file that makes the next deployment to production fail, which takes it away."""
        return self.root / "break-production"

    @property
    def database(self) -> str:
        """Return the address of the bot's database."""
        return f"sqlite:///{self.root / 'shiproom.db'}"

    @property
    def log(self) -> Path:
        """Return the path of the bot's log."""
        return self.root / "shiproom.log"
