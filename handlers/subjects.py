"""Parses what a query is about: a service, an environment, a version or a release, in any order."""

from handlers.command_parsing import AND, CommandContext, release_number
from handlers.requests import EVERYTHING, Query, UsageError
from handlers.typed_words import bare
from handlers.vocabulary import STARTED, found_in

_ALL = frozenset({"all", EVERYTHING})
_PASSED_OVER = frozenset(
    {
        *("is", "are", "was", "does", "do", "did", "not", "it", "the", "what", "now", "live", "going"),
        *(
            "in",
            "of",
            "on",
            "for",
            "to",
            "at",
            "von",
            "vom",
            "für",
            "fuer",
            "im",
            "auf",
            "bei",
            "and",
            "und",
            "&",
            "+",
            "wait",
            "waits",
            "waiting",
            "about",
        ),
        *("locked", "frozen", "blocked", "stuck", "yet", "still"),
        *("release", "releases", "build", "builds", "version", "service", "services", "environment"),
        *(
            "i",
            "we",
            "you",
            "they",
            "me",
            "us",
            "my",
            "our",
            "am",
            "be",
            "been",
            "being",
            "has",
            "have",
            "had",
            "nobody",
        ),
        *(
            "can",
            "cant",
            "cannot",
            "could",
            "couldnt",
            "wont",
            "would",
            "isnt",
            "arent",
            "doesnt",
            "didnt",
            "no",
            "nothing",
        ),
        *(
            "start",
            "starts",
            "started",
            "starting",
            "happen",
            "happens",
            "happened",
            "happening",
            "deployed",
            "deploying",
        ),
        *(
            "shipped",
            "released",
            "promoted",
            "taking",
            "take",
            "takes",
            "so",
            "long",
            "before",
            "after",
            "any",
            "anything",
        ),
        *(
            "allowed",
            "able",
            "possible",
            "block",
            "blocks",
            "blocking",
            "holding",
            "ich",
            "wir",
            "kann",
            "nicht",
            "und",
        ),
    }
)
"""What people put beside a name: `where is 1.0.3`, `why is it waiting`, `status of website`."""


def query_about(kind: str, words: tuple[str, ...], context: CommandContext) -> Query | UsageError:
    """Parse words to a query about what they name; without a name it is about the channel's services.

    Any word may be a version: whether there is such a build is looked up later. Beside a release, words without a digit are
    passed over: `why is r4 not live yet`. What it is about stands before what it waits for: `why is r4 waiting for r3`.
    """
    named: dict[str, str | int | bool] = {}
    if any(release_number(word) for word in words):
        words = tuple(word for word in words if "version" not in _named(word, context) or _has_digit(word))
    for word in words:
        for name, value in _named(word, context).items():
            if named.get(name, value) == value:
                named[name] = value
            elif kind != "why" or name != "release" or any(bare(each) in AND for each in words):
                return _second(word, str(named[name]), name, context)
    service, environment = str(named.get("service", "")), str(named.get("environment", ""))
    if service and environment and environment not in context.environments(service):
        return UsageError("unknown_environment", environment, context.environments(service))
    everything = bool(named.get("everything"))
    here = (
        "" if everything or (environment not in ("", *context.environments(context.here))) else context.here
    )
    return Query(
        kind,
        context.actor,
        service or here,
        int(named.get("release", 0)),
        environment=environment,
        version=str(named.get("version", "")),
        nearby=() if service or here or everything else context.nearby,
        everything=everything,
    )


def _second(word: str, first: str, kind: str, context: CommandContext) -> UsageError:
    """Return that a second one was named; what only may be a version was probably meant as something else."""
    if kind == "version" and not (_has_digit(word) and _has_digit(first)):
        return UsageError("unknown_subject", word, known_names(context))
    return UsageError("one_subject", word)


def known_names(context: CommandContext) -> tuple[str, ...]:
    """Return the names of all services and environments."""
    environments = (name for names in context.services.values() for name in names)
    return tuple(dict.fromkeys((*context.services, *environments)))


def _has_digit(word: str) -> bool:
    return any(letter.isdigit() for letter in word)


def _named(word: str, context: CommandContext) -> dict[str, str | int | bool]:
    """Return what one word names, by the field that it fills; nothing for a word that is passed over."""
    service, at, version = word.partition("@")
    if word in context.services:
        return {"service": word}
    if any(word in names for names in context.services.values()):
        return {"environment": word}
    if at and version and service in context.services:
        return {"service": service, "version": version}
    if number := release_number(word):
        return {"release": number}
    if word.lower() in _ALL:
        return {"everything": True}
    said = word.lower().replace("'", "").replace("\u2019", "")
    return {} if said in _PASSED_OVER or found_in(STARTED, (said,)) else {"version": word}
