"""The verbs of promotion."""

from belvedere.publish.services.campaigns import (
    close,
    create_piece,
    open_campaign,
    place,
    plan_action,
    revise_campaign,
    spend,
    start,
)
from belvedere.publish.services.follow import followed, lost
from belvedere.publish.services.life import (
    NotNow,
    approve,
    check,
    expire,
    give_back,
    mark_published,
    queue,
    settle,
    take_back,
)
from belvedere.publish.services.newsletter import (
    ask_to_confirm,
    confirm,
    deliver,
    delivered,
    forget,
    release_lost,
    subscribe,
    unsubscribe,
)
from belvedere.publish.services.poster import poster
from belvedere.publish.services.readings import read_all
from belvedere.publish.services.send import (
    ask,
    ask_all,
    give_up_lost,
    pause,
    resume,
    send,
    withdraw,
)
from belvedere.publish.services.site import (
    create_mini_site,
    seed_mini_site,
    seed_site,
    translate,
)

send_newsletter = queue
"""A newsletter is queued like any piece; its channel makes one delivery for each person."""

__all__ = [
    "NotNow",
    "approve",
    "ask",
    "ask_all",
    "ask_to_confirm",
    "check",
    "close",
    "confirm",
    "create_mini_site",
    "create_piece",
    "deliver",
    "delivered",
    "expire",
    "followed",
    "forget",
    "give_back",
    "give_up_lost",
    "lost",
    "mark_published",
    "open_campaign",
    "pause",
    "place",
    "plan_action",
    "poster",
    "queue",
    "read_all",
    "release_lost",
    "resume",
    "revise_campaign",
    "seed_mini_site",
    "seed_site",
    "send",
    "send_newsletter",
    "settle",
    "spend",
    "start",
    "subscribe",
    "take_back",
    "translate",
    "unsubscribe",
    "withdraw",
]
