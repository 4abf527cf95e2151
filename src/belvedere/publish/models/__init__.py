"""What goes out, and to whom.

Campaign > Action > Piece > Placement is the work; Publication and Attempt are what a channel
did with a piece, Reading what it counted; Subscriber and Delivery are the newsletter; HomePage
and MiniSite the site.
"""

from belvedere.publish.models.campaigns import Action, Campaign, Piece, Placement
from belvedere.publish.models.newsletter import Delivery, Subscriber
from belvedere.publish.models.publications import Attempt, Outgoing, Publication, Reading
from belvedere.publish.pages import HomePage, MiniSite

__all__ = [
    "Action",
    "Attempt",
    "Campaign",
    "Delivery",
    "HomePage",
    "MiniSite",
    "Outgoing",
    "Piece",
    "Placement",
    "Publication",
    "Reading",
    "Subscriber",
]
