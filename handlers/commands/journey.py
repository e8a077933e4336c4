"""`/release [build] [to] environment`: start a build's journey, or ask for its next step."""

from handlers.commands.command import JOINING, Command, Scene, read_place
from handlers.wishes import Journey, Misread, StartForm

MOST_WORDS = 3


def read(words: tuple[str, ...], scene: Scene) -> Journey | StartForm | Misread:
    """Read a place, with a build before it if one is named; nothing at all opens the form."""
    if not words:
        return StartForm(scene.actor, scene.service)
    kept = tuple(word for word in words if word not in JOINING)
    if len(kept) > MOST_WORDS or not kept:
        return Misread("unknown_words", " ".join(words))
    named = _named_build(kept[0], scene) if len(kept) > 1 else None
    if named is None:
        return _plain(kept, scene)
    service, token = named
    if not service:
        return Misread("which_service", "", tuple(scene.services))
    place = read_place(kept[1:], Scene(scene.actor, scene.services, service))
    return (
        place if isinstance(place, Misread) else Journey(place.service, place.environment, scene.actor, token)
    )


def _named_build(word: str, scene: Scene) -> tuple[str, str] | None:
    """Split `website@2.4.1`; a word that is no service is a version, a commit prefix or a release of the one meant."""
    service, at, token = word.partition("@")
    if at:
        return (service, token) if service in scene.services else ("", token)
    if word in scene.services:
        return None
    return scene.service, word


def _plain(words: tuple[str, ...], scene: Scene) -> Journey | Misread:
    place = read_place(words, scene)
    if isinstance(place, Misread):
        return (
            place
            if place.code == "which_service"
            else Misread("unknown_words", " ".join(words), place.choices)
        )
    if place.rest:
        return Misread("unknown_words", " ".join(words))
    return Journey(place.service, place.environment, scene.actor)


COMMAND = Command(
    "journey",
    ("staging", "website to staging", "2.4.1 to staging", "website@2.4.1 to production"),
    "start that build's journey, or ask for its next step",
    read,
)
