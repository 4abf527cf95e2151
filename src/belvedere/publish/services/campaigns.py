"""Opening campaigns, planning their actions, writing their pieces, giving them codes."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from belvedere.journal import services as journal
from belvedere.offer import services as catalogue
from belvedere.publish.models.campaigns import Action, Campaign, Piece, Placement
from belvedere.publish.services.people import EDITS, allow
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import DEFAULT
from belvedere.shared.money import Amount

if TYPE_CHECKING:
    from belvedere.territory.models import User

NOTHING = Amount(0)


@transaction.atomic
def open_campaign(
    area_id: int,
    *,
    goal: str,
    starts_on: date,
    ends_on: date,
    texts: Mapping[str, Mapping[str, str]],
    slug: str = "",
    market: str = "",
    segment: str = "",
    theme: str = "slow",
    budget: Amount = NOTHING,
    source_language: str = DEFAULT,
    is_demo: bool = False,
    by: "User | None" = None,
) -> Campaign:
    """Open a campaign as a draft.

    Args:
        area_id: Key of the area that it promotes.
        goal: What shall be different when it is over, one sentence.
        starts_on: First day.
        ends_on: Last day.
        texts: By language tag, the `title` and `summary` that the public reads.
        slug: Its address; made from the title when empty.
        market: ISO 3166 country that it speaks to.
        segment: Who it speaks to, in words.
        theme: Theme whose illustration it wears.
        budget: What may be spent.
        source_language: Which of the texts the others are translations of.
        is_demo: Whether it is sample content.
        by: Who opens it; None for the system itself.

    Raises:
        BadInput: The days are in the wrong order, or a text is missing.
        PermissionDenied: `by` does not promote the area.

    """
    title = texts.get(source_language, {}).get("title", "").strip()
    if not title:
        raise BadInput(f"The campaign needs a title in {source_language}.", field="title")
    campaign = Campaign(
        area_id=area_id,
        slug=slug or _free_slug(title),
        goal=goal,
        market=market.upper(),
        segment=segment,
        theme=theme,
        budget_minor=budget.minor,
        currency=budget.currency,
        starts_on=starts_on,
        ends_on=ends_on,
        is_demo=is_demo,
        created_by=by,
        created_at=clock.now(),
    )
    allow(by, *EDITS, area=campaign.area)
    _keep(campaign)
    _say(campaign, texts, source_language)
    journal.record(
        "campaign.opened",
        f"campaign:{campaign.pk}",
        area=campaign.area.slug,
        market=campaign.market,
        amount=budget,
    )
    return campaign


@transaction.atomic
def revise_campaign(
    campaign: Campaign,
    *,
    texts: Mapping[str, Mapping[str, str]],
    budget: Amount,
    source_language: str = DEFAULT,
    by: "User | None" = None,
) -> Campaign:
    """Write the changed fields of a campaign, its texts and its budget."""
    allow(by, *EDITS, area=campaign.area)
    campaign.budget_minor, campaign.currency = budget.minor, budget.currency
    _keep(campaign)
    _say(campaign, texts, source_language)
    journal.record("campaign.revised", f"campaign:{campaign.pk}", area=campaign.area.slug)
    return campaign


def _say(
    campaign: Campaign, texts: Mapping[str, Mapping[str, str]], source_language: str
) -> None:
    """Write the texts, the original first: translations remember which one they are of."""
    for language, fields in sorted(texts.items(), key=lambda each: each[0] != source_language):
        for field, value in fields.items():
            status = "source" if language == source_language else "human"
            catalogue.write_text(campaign, field, language, value, status=status)


@transaction.atomic
def start(campaign_id: int, *, by: "User | None" = None) -> Campaign:
    """Show a campaign to the public."""
    return _turn(campaign_id, Campaign.State.RUNNING, "campaign.started", by)


@transaction.atomic
def close(campaign_id: int, *, by: "User | None" = None) -> Campaign:
    """End a campaign. Its codes go on leading where they led."""
    return _turn(campaign_id, Campaign.State.CLOSED, "campaign.closed", by)


def _turn(campaign_id: int, state: str, fact: str, by: "User | None") -> Campaign:
    campaign = (
        Campaign.objects.select_for_update(of=["self"])
        .select_related("area")
        .get(pk=campaign_id)
    )
    allow(by, *EDITS, area=campaign.area)
    if campaign.state != state:
        campaign.state = state
        campaign.save(update_fields=["state"])
        journal.record(fact, f"campaign:{campaign.pk}", area=campaign.area.slug)
    return campaign


@transaction.atomic
def plan_action(
    campaign_id: int,
    *,
    kind: str,
    title: str,
    channel: str = "",
    planned: Amount = NOTHING,
    planned_on: date | None = None,
    by: "User | None" = None,
) -> Action:
    """Add an action to a campaign.

    Args:
        campaign_id: Key of the campaign.
        kind: One of `Action.Kind`.
        title: What it is, in words: "Poster at f.re.e Munich".
        channel: Key of the channel that sends it; empty if people put it up.
        planned: What it is meant to cost.
        planned_on: When it is meant to happen.
        by: Who plans it; None for the system itself.

    Raises:
        BadInput: A field is wrong; says which.
        PermissionDenied: `by` does not promote the area.

    """
    campaign = Campaign.objects.select_related("area").get(pk=campaign_id)
    allow(by, *EDITS, area=campaign.area)
    action = Action(
        campaign=campaign,
        kind=kind,
        title=title,
        channel=channel,
        planned_minor=planned.minor,
        currency=planned.currency,
        planned_on=planned_on,
    )
    _keep(action)
    journal.record(
        "action.planned",
        f"action:{action.pk}",
        area=campaign.area.slug,
        market=campaign.market,
        amount=planned,
    )
    return action


@transaction.atomic
def spend(
    action_id: int, spent: Amount, *, done_on: date | None = None, by: "User | None" = None
) -> Action:
    """Write down what an action has cost in all, and when it was done.

    Raises:
        BadInput: The money is in another currency than the plan.

    """
    action = (
        Action.objects.select_for_update(of=["self"])
        .select_related("campaign__area")
        .get(pk=action_id)
    )
    allow(by, *EDITS, area=action.campaign.area)
    if spent.currency != action.currency:
        raise BadInput(f"This action is counted in {action.currency}.", field="spent")
    action.spent_minor = spent.minor
    action.done_on = done_on or action.done_on
    action.save(update_fields=["spent_minor", "done_on"])
    journal.record(
        "action.spent", f"action:{action.pk}", area=action.campaign.area.slug, amount=spent
    )
    return action


@transaction.atomic
def create_piece(
    action_id: int,
    *,
    title: str,
    text: str = "",
    language: str = DEFAULT,
    variant: str = "",
    product_id: int | None = None,
    page_id: int | None = None,
    area_id: int | None = None,
    picture_id: int | None = None,
    placements: Iterable[str] = ("",),
    by: "User | None" = None,
) -> Piece:
    """Write a piece of an action and give it a source code in each place.

    Args:
        action_id: Key of the action.
        title: The headline.
        text: What it says under it.
        language: BCP 47; empty if the visitor's own language decides.
        variant: Tells two versions in one language apart.
        product_id: Key of the product that it leads to; or
        page_id: key of the Wagtail page; or
        area_id: key of the area. None of them: the catalogue.
        picture_id: Key of its picture.
        placements: Where copies of it hang or run; each has its own code.
        by: The author; None for the system itself.

    Raises:
        BadInput: A field is wrong; says which.
        PermissionDenied: `by` does not promote the area.

    """
    action = Action.objects.select_related("campaign__area").get(pk=action_id)
    allow(by, *EDITS, area=action.campaign.area)
    piece = Piece(
        action=action,
        title=title,
        text=text,
        language=language,
        variant=variant,
        product_id=product_id,
        page_id=page_id,
        area_id=area_id,
        picture_id=picture_id,
        author=by,
        created_at=clock.now(),
    )
    _keep(piece)
    for name in placements:
        place(piece.pk, name, by=by)
    journal.record(
        "piece.written",
        piece.subject,
        area=action.campaign.area.slug,
        market=action.campaign.market,
    )
    return piece


@transaction.atomic
def place(piece_id: int, name: str = "", *, by: "User | None" = None) -> Placement:
    """Give a piece its source code in a place. Asking again gives the same one."""
    piece = Piece.objects.select_related("action__campaign__area").get(pk=piece_id)
    allow(by, *EDITS, area=piece.action.campaign.area)
    code = journal.issue(piece.subject, name).code
    return Placement.objects.get_or_create(piece=piece, name=name, defaults={"code": code})[0]


def _free_slug(title: str) -> str:
    stem = slugify(title)[:70] or "campaign"
    taken = set(Campaign.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(
        each
        for each in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3)))
        if each not in taken
    )


def _keep(thing: Campaign | Action | Piece) -> None:
    try:
        thing.full_clean(validate_unique=True)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise BadInput(str(messages[0]), field="" if field == "__all__" else field) from error
    thing.save()
