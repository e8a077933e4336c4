"""The `tokens:` part: which programs may use the API, for what, and with which secret."""

import re
from collections.abc import Iterable
from typing import Annotated, ClassVar

from pydantic import Field

from bot.schema.diagnostics import Diagnostics, shown, suggest
from bot.schema.fields import located_texts, read_by, text
from bot.schema.json_shapes import text_schema
from bot.schema.nodes import Node, ScalarNode
from bot.schema.readers import LocatedText, read_text
from bot.schema.section import Section
from bot.schema.words import NAME, TEXT, WORD, TextFormat
from handlers.people import Directory
from handlers.policy import TOKEN_RIGHTS, ApiToken
from handlers.requests import ALL, OWN

SHORTEST_SECRET = 16
"""Characters: of 64 different ones, that is 96 bits."""


def _read_secret(node: Node, diagnostics: Diagnostics) -> str:
    """Read a secret; one that was not looked up is left as it is written."""
    secret = read_text(node, WORD, diagnostics)
    weak = secret and isinstance(node, ScalarNode) and not node.opaque and len(secret) < SHORTEST_SECRET
    if weak:
        wanted = f"it needs {SHORTEST_SECRET} characters or more, as `openssl rand -hex 32` makes them"
        diagnostics.error(node.position, f"this secret is too short to be one: {wanted}")
    return secret


_RIGHT = TextFormat("a right", re.compile("|".join(TOKEN_RIGHTS)))


class TokenSection(Section):
    """One program that uses the API."""

    noun: ClassVar[str] = "token"

    name: Annotated[str, text(NAME)] = Field(description="what people read of it, like `incidents`")
    secret: Annotated[str, read_by(_read_secret, text_schema(WORD))] = Field(
        description="what it sends as its bearer token, like `${INCIDENT_TOKEN}`"
    )
    may: Annotated[tuple[LocatedText, ...], located_texts(_RIGHT)] = Field(
        description="its rights, like `[lock]`: read, build, lock"
    )
    services: Annotated[tuple[LocatedText, ...], located_texts(TEXT)] = Field(
        default=(), description="the services that it may know of; all of them by default"
    )

    def token(self) -> ApiToken:
        """Return the token; without `services` it is for all of them."""
        services = tuple(each.text for each in self.services) if self.has("services") else None
        return ApiToken(self.name, self.secret, frozenset(each.text for each in self.may), services)


def check_tokens(
    tokens: Iterable[TokenSection],
    services: Iterable[str],
    directory: Directory,
    diagnostics: Diagnostics,
) -> None:
    """Report unknown rights and services, and names and secrets that are not one token's alone.

    What a token does is told under its name, which must not be taken for a person.
    """
    known = list(services)
    people = {
        name.casefold() for person in directory.people for name in (*person.names, *person.slack) if name
    }
    names: set[str] = set()
    secrets: set[str] = set()
    for token in tokens:
        _check_words(token.may, TOKEN_RIGHTS, "a right", diagnostics)
        _check_words(token.services, known, "a service", diagnostics)
        if token.name and token.name in names:
            message = f"{shown(token.name)} is the name of another token above: name each differently"
            diagnostics.error(token.value_position("name"), message)
        if token.name in {ALL, OWN}:
            message = f"{shown(token.name)} is a word of `/release unlock`: choose another name"
            diagnostics.error(token.value_position("name"), message)
        if token.name.casefold() in people:
            message = f"{shown(token.name)} is a person: name the token after the program that uses it"
            diagnostics.error(token.value_position("name"), message)
        if token.secret and token.secret in secrets:
            message = "this is the secret of another token: nobody could tell them apart"
            diagnostics.error(token.value_position("secret"), message)
        names.add(token.name)
        secrets.add(token.secret)


def _check_words(
    words: Iterable[LocatedText], known: Iterable[str], what: str, diagnostics: Diagnostics
) -> None:
    for word in words:
        if word.text not in known:
            diagnostics.error(word.position, f"{shown(word.text)} is not {what}; {suggest(word.text, known)}")
