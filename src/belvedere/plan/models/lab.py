"""The nouns of a living lab: from a sheet of paper on a table to what became of it.

Nothing in these tables says who wrote or voted: a session counts businesses by kind, and a
contribution knows its table alone.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from belvedere.plan.rules import (
    LONGEST_CONTRIBUTION,
    LONGEST_KEY,
    LONGEST_REASON,
    LONGEST_WORDS,
)
from belvedere.shared.languages import DEFAULT


class Workshop(models.Model):
    """A living lab: one question to the operators of an area, over some weeks and sessions.

    The public page stands at the slug, which ends in letters that nobody guesses: whoever was
    there has the link or the QR code, search engines don't.
    """

    class State(models.TextChoices):
        """Whether sessions are still held and ideas still made."""

        OPEN = "open", pgettext_lazy("workshop", "open")
        CLOSED = "closed", pgettext_lazy("workshop", "closed")

    area = models.ForeignKey(
        "territory.Area", on_delete=models.PROTECT, related_name="workshops"
    )
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=120)
    question = models.CharField(max_length=300)
    language = models.CharField(
        max_length=12, default=DEFAULT, help_text="BCP 47: what is spoken at the tables"
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    is_demo = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-starts_on", "title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="plan_a_workshop_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Session(models.Model):
    """One afternoon of a workshop: a place, a day, and how many businesses were there."""

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="sessions")
    place = models.CharField(max_length=120)
    day = models.DateField()

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "place", "day"], name="plan_one_session_a_place_and_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.place}, {self.day}"


class Attendance(models.Model):
    """How many businesses of one kind sent somebody to a session. No names are kept."""

    class Kind(models.TextChoices):
        """What the businesses around a table do."""

        LODGING = "lodging", _("Places to stay")
        FOOD = "food", _("Restaurants and bars")
        GUIDES = "guides", _("Guides and outdoor activities")
        FARMS = "farms", _("Farms and producers")
        CRAFTS = "crafts", _("Crafts and shops")
        TRANSPORT = "transport", _("Transport")
        CULTURE = "culture", _("Museums and associations")
        PUBLIC = "public", _("Municipalities and public bodies")
        OTHER = "other", pgettext_lazy("businesses", "Others")

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendances")
    kind = models.CharField(max_length=10, choices=Kind)
    number = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["session", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "kind"], name="plan_each_kind_is_counted_once"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="plan_nobody_is_not_written_down"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.number}"


class Contribution(models.Model):
    """One sheet of paper from one table, in at most 300 characters, as a scribe typed it.

    Two sheets that say the same are merged: one then points to the other with the reason, and
    both stay. `key` and `line` make a send that is repeated, on a bad network, one.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="contributions")
    table = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=LONGEST_CONTRIBUTION)
    theme = models.CharField(
        max_length=10, blank=True, help_text="one of the eight kinds of journey; empty: none"
    )
    scribe = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    key = models.UUIDField(help_text="of the send")
    line = models.PositiveSmallIntegerField(help_text="which of the texts of that send")
    created_at = models.DateTimeField()
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    merge_reason = models.CharField(max_length=LONGEST_REASON, blank=True)

    class Meta:
        ordering = ["session", "table", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["key", "line"], name="plan_a_send_counts_once"),
            models.CheckConstraint(condition=~Q(text=""), name="plan_a_sheet_says_something"),
            models.CheckConstraint(
                condition=Q(merged_into=None, merge_reason="")
                | (Q(merged_into__isnull=False) & ~Q(merge_reason="")),
                name="plan_a_merge_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("pk")),
                name="plan_nothing_merges_into_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Idea(models.Model):
    """What came out of one or more contributions, and how many of the sheets' dots it got."""

    class State(models.TextChoices):
        """What was decided."""

        PROPOSED = "proposed", pgettext_lazy("idea", "proposed")
        CHOSEN = "chosen", pgettext_lazy("idea", "chosen")
        DROPPED = "dropped", pgettext_lazy("idea", "dropped")

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="ideas")
    title = models.CharField(max_length=120)
    words = models.CharField(max_length=LONGEST_WORDS, blank=True)
    derived_from = models.ManyToManyField(Contribution, related_name="ideas")
    votes = models.PositiveIntegerField(
        null=True, blank=True, help_text="counted on paper; empty: not voted on"
    )
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = [F("votes").desc(nulls_last=True), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "title"], name="plan_an_idea_has_its_own_title"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", reason="", decided_on=None)
                | (~Q(state="proposed") & ~Q(reason="") & Q(decided_on__isnull=False)),
                name="plan_a_decision_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Outcome(models.Model):
    """What an idea became, and on which day: a product or a planned action, by its key.

    `product:<slug>` or `planned:<key>`: stable text, so that neither the catalogue nor a later
    version of the plan can take an idea's history away.
    """

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="became")
    key = models.CharField(max_length=LONGEST_KEY)
    day = models.DateField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["idea", "key"], name="plan_an_idea_becomes_it_once")
        ]

    def __str__(self) -> str:
        return self.key
