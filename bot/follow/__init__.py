"""Looks at CI systems, again and again: at what is in flight, at what was built, at what was deployed from outside.

What a CI says when it is asked is the truth; webhooks only make the next look come sooner.
"""

from bot.follow.builds import BuildWatch
from bot.follow.looker import Looker
from bot.follow.outside import OutsideWatch
from bot.follow.runs import Follower

__all__ = ["BuildWatch", "Follower", "Looker", "OutsideWatch"]
