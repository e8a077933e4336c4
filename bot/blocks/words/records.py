"""Words about what the database has lost."""

from bot.blocks.words.action_words import GateWords

LOST = (
    "the database has lost what was confirmed of {service}: row {lost} is not there, and the last one is row {found}. "
    "A standby took over, or an older copy was brought back."
)

GATE = GateWords(
    reasons={
        "records_lost": "Nothing of {service} starts: "
        + LOST
        + " {people} can look at what is live and what runs, and say it "
        "with /release settle {service} lost ..., which ends what is open.",
    },
    short={"records_lost": "the database has lost what was confirmed"},
    called_off={
        "records_lost": "the database had lost what was confirmed",
    },
)
