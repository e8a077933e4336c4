"""What has to hold between what people read of a release and the model; each oracle yields what is not so."""

import re
from collections.abc import Callable, Iterator

from bot.blocks import forms
from bot.blocks.announcement import announcement, announcement_offers
from bot.blocks.block_kit import Block, Message
from bot.blocks.board import board
from bot.blocks.card import card
from bot.blocks.card_buttons import card_offers
from bot.blocks.card_changes import what_changes
from bot.blocks.card_lines import card_lines
from bot.blocks.confirmations import RollbackChoice, confirmation_form, rollback_form
from bot.blocks.endings import ending_line
from bot.blocks.headline import push_line, state
from bot.blocks.message_actions import Offer
from bot.blocks.phone import LINES, height
from bot.blocks.queries import QUERIES
from bot.blocks.service_lines import lock_lines
from bot.blocks.standing import standing_line, whom_to_ask
from bot.blocks.text import visible
from bot.blocks.waits import wait_line
from bot.http.serializers import release_json
from bot.local_slack.block_kit import message_errors, view_errors
from handlers.actions import read_command
from handlers.build import Build
from handlers.environments import EnvironmentState
from handlers.gate import Verdict
from handlers.outcome import Refusal
from handlers.people import Eligibility
from handlers.release import Release, ReleaseState
from handlers.rights import current_precondition
from handlers.step import StepState
from storage.history import Head
from storage.reading import ReleaseSnapshot
from tests.bot.blocks.spoken import spoken
from tests.bot.blocks.truth import model
from tests.bot.blocks.truth.walk import NAMED, Moment, SeenWorld, announced, found, of_build
from tests.handlers import builders

Oracle = Callable[[Moment], Iterator[str]]
WorldOracle = Callable[[SeenWorld], Iterator[str]]


def said(message: Message) -> str:
    """Return all that a message says."""
    return f"{message.text}\n{spoken(message.blocks)}"


def lines(at: Moment) -> str:
    """Return all lines of a card, also those that there is no room for."""
    return "\n".join(visible(each.text) for each in card_lines(at.view, 3))


def offers(at: Moment) -> list[Offer]:
    """Return all that a card offers."""
    every = card_offers(at.view)
    return [*every.buttons, *every.menu]


def modals(at: Moment) -> Iterator[str]:
    """Yield what the questions and forms say that open from a card."""
    for each in offers(at):
        if each.ask is not None:
            yield each.ask["text"]["text"]
    yield from _sign_off_forms(at)


def _sign_off_forms(at: Moment) -> Iterator[str]:
    view = at.view
    for rule in at.release.rules(at.release.step) if rule_is_open(at) else ():
        signing = forms.Signing("", view.starts_after_sign_offs, view.changes, what_changes(view))
        form = forms.sign_off_form(at.release, rule, current_precondition(at.release), signing)
        assert not list(view_errors(form))
        yield spoken([block for block in form["blocks"] if block["type"] == "section"])


def rule_is_open(at: Moment) -> bool:
    """Return whether a sign-off is missing, so that its form can be opened."""
    return bool(at.view.missing) and not at.view.barred


# What starts, and when.


def starts_when_it_says(at: Moment) -> Iterator[str]:
    """A step starts with the last sign-off, or by itself, only if the core lets it; and is said to where the core does."""
    every = "\n".join([lines(at), said(card(at.view)), *modals(at)])
    last = "starts with the last sign-off" in every or "starts as soon as the last sign-off" in every
    itself = "starts by itself once" in every or "It starts by itself" in every
    waits = at.release.state is ReleaseState.WAITING
    if last and not (waits and model.starts_once_signed(at)):
        yield "starts with the last sign-off, and does not"
    if itself and not (waits and model.starts_once_clear(at)):
        yield "starts by itself, and does not"
    if (last or itself) and model.revoked_by_lock(at):
        yield "starts by itself behind the lock of a protected environment"
    only = {each.code for each in at.view.reasons} == {"sign_off_missing"}
    if waits and only and not last and model.starts_once_signed(at):
        yield "it starts with the last sign-off, and nobody is told"
    if "now*" in said(card(at.view)) and not model.starts_once_signed(at):
        yield "starts now, and does not"


# Who holds the environment.


def closed_while_it_is(at: Moment) -> Iterator[str]:
    """An environment is closed to others only if no newer build gets in, and free only if the next one does."""
    text = lines(at)
    closed = re.search(r"Closed (since .* )?until", text) or "closed till then" in text
    if closed and (model.gives_way(at) or model.free_for_others(at)):
        yield "closed, and another one gets in"
    if "A newer build may take its place" in text and not model.gives_way(at):
        yield "a newer build may take its place, and does not"
    if ", and free" in text and not model.free_for_others(at):
        yield "free, and it is not"
    if "untouched" in text and at.release.step.may_have_deployed:
        yield "untouched, and it may not be"


def in_line_where_it_is(at: Moment) -> Iterator[str]:
    """The place in line, and who is before it, are those of the queue."""
    number, queue = at.release.number, [each.release for each in at.state.queue]
    place = queue.index(number) + 1 if number in queue else 0
    told = re.search(r"(first|second|third|\d+th) in line", state(at.view))
    words = {"first": 1, "second": 2, "third": 3}
    if told and place and (words.get(told[1]) or int(told[1][:-2])) != place:
        yield f"{told[0]}, and it is number {place}"
    before = re.search(r"Before it in line: (.*)", lines(at))
    named = re.findall(r"r(\d+)", before[1]) if before else []
    if place and named != [str(each) for each in queue[: place - 1]]:
        yield f"before it are {named}, and the queue is {queue}"
    if not place and named:
        yield "is in line, and is not"


# Who signed, and who is awaited.


def signed_by_whom_it_says(at: Moment) -> Iterator[str]:
    """Who is said to have signed did, and counts or counted."""
    who = {name: user for user, name in NAMED.items()}
    counts = {each.user for step in at.release.steps for each in step.sign_offs if each.counts}
    for line in lines(at).splitlines():
        if line.startswith("Signed by ") or re.match(r"• \S+.*: .* signed ", line):
            for name in _names(re.split(r"; |, since|, testing", line)[0]):
                if who[name] not in counts:
                    yield f"{name} signed, and did not"
    told = re.search(r"waits for (\d+) sign-off", state(at.view))
    missing = [each for each in at.view.reasons if each.code == "sign_off_missing"]
    if told and int(told[1]) != sum(int(each.values["missing"]) for each in missing):
        yield f"{told[0]}, and it are not"


def awaited_can_sign(at: Moment) -> Iterator[str]:
    """Whoever is named as awaited for a team, on the card or by `why`, can sign for it now, if Slack can say so."""
    for team in at.view.missing:
        line = next((each for each in lines(at).splitlines() if each.startswith(f"• {team}")), "")
        awaited = line.partition(": ")[2].rpartition("; ")[2].split(", since")[0]
        if ", testing" not in awaited and " signed " not in awaited:
            yield from _who_cannot(at, awaited, team, "card")
    for reason in at.view.reasons:
        if reason.code == "sign_off_missing":
            line = wait_line(at.view.waiting, reason, at.view.names, at.view.directory)
            yield from _who_cannot(at, line, reason.values["team"], "why")


def _who_cannot(at: Moment, text: str, team: str, surface: str) -> Iterator[str]:
    who = {name: user for user, name in NAMED.items()}
    for name in _names(text):
        refused = model.may_sign(at, who[name], team)
        if refused not in {"", Eligibility.UNKNOWN.value}:
            yield f"{surface}: {name} is awaited for {team}: {refused}"


def _names(text: str) -> list[str]:
    every = sorted(NAMED.values(), key=len, reverse=True)
    return re.findall(rf"\b({'|'.join(every)})\b", text)


# What can be done.


def offers_are_not_refused(at: Moment) -> Iterator[str]:
    """Whatever a card offers, somebody can do."""
    for each in offers(at):
        refused = model.refusals(at, each.value)
        if refused:
            yield f"offers {each.label!r}, refused: {sorted(refused)}"


def from_what_to_what(at: Moment) -> Iterator[str]:
    """Questions name the version that is there, and the one that comes."""
    live, version = at.state.live, at.release.build.version
    there = live.build.version if live is not None else ""
    for text in modals(at):
        goes = re.search(r"goes (?:from (\S+) )?to (\S+) \(", text)
        if goes and (goes[1] or "", goes[2]) != (there, version):
            yield f"{goes[0]}, and it is {there} to {version}"
        has = re.search(r"which has (\S+) now", text)
        if has and has[1].rstrip(".:,") != there:
            yield f"{has[0]}, and it has {there}"
        place = re.search(r"in place of (\S+)", text)
        if place and place[1].rstrip(".,") != there:
            yield f"{place[0]}, and there is {there}"
        tried = re.search(r"once more \((\d+)\w\w try\)", text)
        if tried and int(tried[1]) <= at.view.tries:
            yield f"{tried[0]} after {at.view.tries}"


def way_back_is_so(at: Moment) -> Iterator[str]:
    """The form of a rollback names what is there and what comes; never the same twice."""
    target = at.view.roll_back_to
    if target is None:
        return
    holder = at.world.releases.get(at.state.holder)
    form = rollback_form(RollbackChoice(builders.SERVICE, target, at.state, at.view.names, holder))
    assert not list(view_errors(form))
    text = spoken(form["blocks"][:1])
    there = at.state.live.build.version if at.state.live is not None else ""
    goes = re.search(r"goes from (\S+) .*back to (\S+) ", text)
    if goes and (goes[1] == goes[2] or goes[1] != there or goes[2] != target.version):
        yield f"{goes[0]}: there is {there}, {target.version} comes"
    if "is being deployed there right now" in text and not (holder and holder.in_flight):
        yield "is being deployed, and is not"


# How it ended.


def undone_as_all_say(at: Moment) -> Iterator[str]:
    """Headline and line of the end agree with the model on what was rolled back, and on what went live."""
    release = at.release
    if release.ending is None:
        return
    line, head = ending_line(release, at.world.environments, at.view.names), state(at.view)
    gone, done = undone_in(at), release.state is ReleaseState.DONE
    undone = done and reached(at) in gone
    if undone != ("rolled back" in head):
        yield f"headline says {head!r}; rolled back in {gone}"
    if bool(gone) != ("rolled back" in line) or undone != ("was live in" in line):
        yield f"ending line says {line!r}; rolled back in {gone}"
    if done and not undone and ("went live" in head) != ("went live" in line or "went back" in line):
        yield f"headline {head!r}, ending line {line!r}"


def ended_as_all_say(at: Moment) -> Iterator[str]:
    """Headline and line of the end say how a release ended, and that it had failed before."""
    release = at.release
    if release.ending is None:
        return
    known = {
        ReleaseState.REJECTED: "rejected",
        ReleaseState.CANCELLED: "cancelled",
        ReleaseState.SUPERSEDED: "replaced",
        ReleaseState.DONE: "(in|live|back)",
    }[release.state]
    failed = any(step.failure is not None for step in release.steps)
    line = ending_line(release, at.world.environments, at.view.names)
    for name, text in (("headline", state(at.view)), ("ending line", line)):
        if not re.search(known, text):
            yield f"{name} says {text!r} of {release.state}"
        if failed and not re.search("failed|not started|not deployed|ran out of time|stopped", text):
            yield f"{name} forgets the failure: {text!r}"


def reached(at: Moment) -> str:
    """Return the last environment that a release came to."""
    there = [step.environment for step in at.release.steps if step.state is StepState.SUCCEEDED]
    return there[-1] if there else ""


def undone_in(at: Moment) -> set[str]:
    """Return where a rollback took away what this release deployed, or took over."""
    sha, number, taken = at.release.build.sha, at.release.number, at.world.taken
    return {
        step.environment
        for step in at.release.steps
        if step.state is StepState.SUCCEEDED
        and taken.get((step.environment, sha)) == (step.taken_over or number)
    }


def api_says_the_same(at: Moment) -> Iterator[str]:
    """The API has the card's state, what is missing, and whose sign-offs count."""
    release = at.release
    snapshot = ReleaseSnapshot(release, at.facts, Head(builders.SERVICE))
    told = release_json(snapshot, at.world.now)
    if told["state"] != release.state.value:
        yield "another state"
    current = told["steps"][release.position]
    waiting = {each["name"] for each in current["gates"] if each["verdict"] != Verdict.OPEN.value}
    shown = [name for name in at.view.missing if name not in waiting]
    if shown:
        yield f"the card asks {shown} to sign, and the gates of the API are open"
    ready = "starts" in state(at.view) and "now" in state(at.view)
    if ready and waiting:
        yield f"starts now, and the API waits for {waiting}"


# All surfaces.


def no_other_state(at: Moment) -> Iterator[str]:
    """No surface names another state than the headline."""
    head, line = state(at.view), standing_line(at.view)
    if head not in line:
        yield f"status says {line!r}, the card {head!r}"
    push = push_line(at.view)
    asks = push.startswith("Sign off")
    if asks and not at.view.missing:
        yield f"{push!r}, and nothing is missing"
    if push.startswith("Start ") and model.refusals(
        at, f"r{at.release.number} to {at.release.step.environment}"
    ):
        yield f"{push!r}, and nobody can"
    if push.startswith("Decide on") and at.release.step.state is not StepState.FAILED:
        yield f"{push!r}, and nothing failed"
    if at.release.ended and whom_to_ask(at.view):
        yield "somebody is to be asked of an ended release"
    if not at.release.ended and "has ended" in said(
        QUERIES["why"].answer(found(at.world, "why", release=at.release.number))
    ):
        yield "why says that it has ended"


def fits_a_phone(at: Moment) -> Iterator[str]:
    """A card fits a phone, and Slack takes it and its questions."""
    drawn = card(at.view)
    text = [line for block in drawn.blocks if block["type"] == "section" for line in _texts(block)]
    tall = sum(height(line) for line in text) + 1
    if tall > LINES:
        yield f"{tall} lines"
    yield from (f"Slack refuses the card: {each}" for each in message_errors(drawn.blocks))
    for each in offers(at):
        if each.ask is not None:
            errors = list(view_errors(confirmation_form(each.ask, each.value)))
            yield from (f"Slack refuses a question: {error}" for error in errors)


def _texts(block: Block) -> list[str]:
    text: str = block["text"]["text"]
    return text.splitlines()


def lies_where_it_says(at: Moment) -> Iterator[str]:
    """The build is said to be where it lies, and no environment to be untouched in which the last run failed."""
    release, step, text = at.release, at.release.step, said(card(at.view))
    place = release.position
    before = release.steps[place - 1] if place and not release.ended else None
    if before is not None and step.state is StepState.WAITING:
        live = at.world.environment_state(before.environment).live
        lies = live is not None and live.build.same_artifact(release.build)
        if f"On {before.environment}" in text and not lies and before.state is StepState.SUCCEEDED:
            yield f"on {before.environment}, where {live} is"
        if "Was on" in text and lies:
            yield f"was on {before.environment}, and is"
    here = at.world.environment_state(step.environment)
    if ", untouched" in text and here.failed:
        yield f"{step.environment} untouched, and the last run there failed"


def tests_who_it_says(at: Moment) -> Iterator[str]:
    """Nobody who has signed is said to be testing still."""
    signed = {NAMED.get(each.user, each.user) for each in at.release.step.unspent}
    for text in (said(card(at.view)), standing_line(at.view)):
        told = re.findall(r"([\w ,]+?) (?:is|are) testing|([\w ,]+), testing since", text)
        names = {name for pair in told for part in pair for name in re.split(r", | and ", part)}
        yield from (f"{name} is testing, and has signed" for name in sorted(names & signed))


ORACLES: tuple[Oracle, ...] = (
    lies_where_it_says,
    tests_who_it_says,
    starts_when_it_says,
    closed_while_it_is,
    in_line_where_it_is,
    signed_by_whom_it_says,
    awaited_can_sign,
    offers_are_not_refused,
    from_what_to_what,
    way_back_is_so,
    undone_as_all_say,
    ended_as_all_say,
    api_says_the_same,
    no_other_state,
    fits_a_phone,
)


# A service as a whole.


def nothing_beside_nothing(world: SeenWorld) -> Iterator[str]:
    """Nobody reads "nothing" beside a lock or an open release; every lock and open release is named."""
    opened = world.open_releases()
    locked = [name for name, each in world.environments.items() if each.current_locks(world.now)]
    for kind in ("status", "why"):
        answer = QUERIES[kind].answer(found(world, kind))
        text = said(answer)
        if opened and re.search(r"Nothing waits|No release (is under way|waits)|none is under way", text):
            yield f"{kind}: nothing, and {len(opened)} are open"
        if locked and "Nothing waits and nothing runs" in text:
            yield f"{kind}: nothing, beside a lock"
        for each in opened:
            if f"r{each.number} " not in text:
                yield f"{kind} leaves out r{each.number}"
        for name in locked:
            if (kind == "status" or not opened) and not re.search(rf"{name}\W.* locked by", text):
                yield f"{kind} leaves out the lock of {name}"
        yield from (f"Slack refuses {kind}: {each}" for each in message_errors(answer.blocks))


def where_is_so(world: SeenWorld) -> Iterator[str]:
    """What is live, who holds, and who is in line are the environments' own, on the list and on the board."""
    view = found(world, "where")
    answer = QUERIES["where"].answer(view)
    drawn = spoken(board(view.services, "", view.names))
    for each in world.plan.environments:
        here = world.environment_state(each.name)
        line = next(text for text in said(answer).splitlines() if text.startswith(f"{each.name}:"))
        row = next(text for text in drawn.splitlines() if re.match(rf"website +{each.name} ", text))
        yield from _there_as_said(here, line, world)
        yield from _there_as_said(here, row, world)
    yield from (f"Slack refuses where: {each}" for each in message_errors(answer.blocks))


def _there_as_said(here: EnvironmentState, text: str, world: SeenWorld) -> Iterator[str]:
    version = here.live.build.version if here.live is not None else "nothing yet"
    if version not in text:
        yield f"{text!r}: there is {version}"
    before_line = text.partition("in line")[0].replace(_by(here), "")
    if bool(here.holder) != (f"r{here.holder}" in before_line):
        yield f"{text!r} and the holder {here.holder}"
    if bool(here.holder) == bool(re.search(r"\bfree\b", text)):
        yield f"{text!r}: free, or held by {here.holder}"
    if bool(here.current_locks(world.now)) != ("locked by" in text):
        yield f"{text!r} and its locks"
    queued = re.findall(r"r(\d+)", text.partition("in line: ")[2].partition(", locked")[0])
    if queued[: len(here.queue)] != [str(entry.release) for entry in here.queue]:
        yield f"{text!r} and the queue {here.queue}"


def _by(here: EnvironmentState) -> str:
    return f"(r{here.live.release})" if here.live is not None else "()"


def locks_are_told(world: SeenWorld) -> Iterator[str]:
    """Each locked environment has a line, and no other one has."""
    view = found(world, "status")
    told = "\n".join(lock_lines(view.services[0], view.names))
    for name, each in world.environments.items():
        if bool(each.current_locks(world.now)) != (f"{name} of" in told):
            yield f"the locks of {name}: {told!r}"


def builds_are_as_they_ended(world: SeenWorld) -> Iterator[str]:
    """A build that was stopped is ready nowhere, and nobody is invited to it."""
    for build in world.builds:
        view = announced(world, build)
        drawn = announcement(view)
        text = said(drawn)
        yield from (f"Slack refuses it: {each}" for each in message_errors(drawn.blocks))
        ready = re.search(r"(?<!build )is ready", text) or drawn.text.startswith("Release ")
        primary = [each for each in announcement_offers(view).buttons if each.style == "primary"]
        last = next(iter(of_build(world, build)), None)
        if stopped(world, build, last) and ready:
            yield f"is ready, and it was stopped: {text!r}"
        if stopped(world, build, last) and primary:
            yield f"the button is primary, and it was stopped: {text!r}"
        if "went live" in text and (last is None or last.state is not ReleaseState.DONE):
            yield f"went live, and did not: {text!r}"


def stopped(world: SeenWorld, build: Build, last: Release | None) -> bool:
    """Return whether a build was rolled back, or its last release failed, was rejected or cancelled."""
    if build_undone(world, build):
        return True
    over = {StepState.FAILED, StepState.SKIPPED}
    return last is not None and (
        last.state in {ReleaseState.REJECTED, ReleaseState.CANCELLED}
        or any(step.failure is not None and step.state in over for step in last.steps)
    )


def build_undone(world: SeenWorld, build: Build) -> bool:
    """Return whether a rollback took the build away somewhere, and it was not deployed there since."""
    return any(sha == build.sha for _, sha in world.taken)


def builds_are_listed_as_announced(world: SeenWorld) -> Iterator[str]:
    """The list of builds and the announcements say the same of what was rolled back or rejected, and of what is live."""
    result = found(world, "builds")
    listed = said(QUERIES["builds"].answer(result))
    for build in world.builds:
        push = announcement(announced(world, build)).text
        line = next(each for each in listed.splitlines() if f"{build.version} ·" in each)
        undone = build_undone(world, build)
        if undone != ("rolled back" in push) or undone != ("· rolled back" in line):
            yield f"rolled back: {undone}; listed {line!r}, announced {push!r}"
        if ("was rejected" in push) != ("· rejected" in line):
            yield f"listed {line!r}, announced {push!r}"
        if ("failed in" in push) and not re.search("failed in|not started in", line):
            yield f"listed {line!r}, announced {push!r}"
        live = {
            name
            for name, here in world.environments.items()
            if here.live is not None and here.live.build.sha == build.sha
        }
        named = set(re.findall(r"[a-z]+", line.partition("live in ")[2].partition(" ·")[0])) - {"and"}
        if named != live:
            yield f"{line!r}: it is live in {live}"


def invitations_are_not_refused(world: SeenWorld) -> Iterator[str]:
    """Whatever an announcement offers, somebody can do; and nothing is "not there yet" that lies there."""
    for build in world.builds:
        view = announced(world, build)
        every = announcement_offers(view)
        for each in (*every.buttons, *every.menu):
            refused = model.refused_in(world, each.value)
            if refused:
                yield f"offers {each.label!r} of {build.version}, refused: {sorted(refused)}"


def never_not_there(world: SeenWorld) -> Iterator[str]:
    """Nobody is told that a build was not in an environment where it was deployed."""
    environments = tuple(each.name for each in world.plan.environments)
    for build in world.builds:
        for place in environments[1:]:
            context = model.context_of(world, model.spare("ops", 0))
            request = read_command(f"{build.version} to {place}", context)
            outcome = model.outcome_of(world, request)
            if not isinstance(outcome, Refusal) or outcome.code != "skipped_environment":
                continue
            missing, seen = outcome.values["missing"], outcome.values["seen"]
            here = world.environment_state(missing)
            lies = here.live is not None and here.live.build.sha == build.sha
            was = any(each.version == build.version for each in world.successes.get(missing, ()))
            if (lies or was) and not seen:
                yield f"{build.version} was not in {missing} yet: lies there {lies}, was there {was}"
            if lies and seen == "before":
                yield f"{build.version} is not in {missing} any more, and it is"


WORLD_ORACLES: tuple[WorldOracle, ...] = (
    nothing_beside_nothing,
    where_is_so,
    locks_are_told,
    builds_are_as_they_ended,
    builds_are_listed_as_announced,
    invitations_are_not_refused,
    never_not_there,
)
