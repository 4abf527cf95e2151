"""The desk's verbs: keep what an operator is writing, and send it to the editors."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import IO, TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from belvedere.desk import queries
from belvedere.desk.models import Draft
from belvedere.desk.rules import EDITORS
from belvedere.offer import services as catalogue
from belvedere.sell import services as sales
from belvedere.shared import clock
from belvedere.shared.errors import BadInput
from belvedere.territory import queries as territory_queries
from belvedere.territory import services as territory

if TYPE_CHECKING:
    from belvedere.offer.models import Product
    from belvedere.territory.models import Operator, User

NEEDED = ("title", "description")


@transaction.atomic
def keep_draft(
    operator: "Operator",
    values: Mapping[str, Any],
    *,
    product: "Product | None" = None,
    by: "User | None" = None,
) -> Draft:
    """Keep what the forms hold, as it was typed, right or wrong.

    A draft is nobody's business but its author's: the journal hears of it when it is sent.

    Args:
        operator: The business that it is for.
        values: By the fields' names; they are added to what was kept before.
        product: The returned product that is being mended; None for a new one.
        by: Who writes.

    """
    draft, _made = Draft.objects.get_or_create(
        operator=operator,
        product=product,
        defaults={"changed_at": clock.now(), "author": by, **_beginning(product)},
    )
    draft.values = {**draft.values, **values}
    draft.changed_at = clock.now()
    draft.save(update_fields=["values", "changed_at"])
    return draft


def _beginning(product: "Product | None") -> dict[str, Any]:
    if product is None:
        return {}
    cover = product.pictures.first()
    return {"values": queries.as_typed(product), "picture": cover and cover.picture}


def keep_photograph(draft: Draft, file: IO[bytes], *, by: "User | None" = None) -> Draft:
    """Keep the photograph of a draft, with the operator as its holder.

    Raises:
        BadInput: It is no picture, or too large.

    """
    title = str(draft.values.get("title") or _("Photograph"))
    draft.picture = catalogue.keep_picture(
        file,
        title=title,
        alt_text=title,
        holder=draft.operator.name,
        credit=draft.operator.name,
        by=by,
    )
    draft.save(update_fields=["picture"])
    return draft


@transaction.atomic
def send_draft(
    draft: Draft,
    *,
    words: Mapping[str, str],
    selling: Mapping[str, Any],
    language: str,
    by: "User | None" = None,
) -> "Product":
    """Propose a draft to the editors, and offer its places for the days that were ticked.

    Args:
        draft: As it was kept.
        words: What `forms.Words` cleaned.
        selling: What `forms.Selling` cleaned.
        language: BCP 47 of the words.
        by: Who sends it.

    Raises:
        BadInput: Something is wrong after all; `field` says what.

    """
    where = queries.spot(selling["where"], draft.operator.area)
    texts = {"summary": words["happens"], "description": words["audience"]}
    common: dict[str, Any] = {
        "theme": words["theme"],
        "meeting_point": selling["meeting_point"],
        "kind": "stay" if selling["house"] else "experience",
        "accommodation": selling["house"],
        "duration_minutes": None if selling["house"] else selling["minutes"],
        "latitude": where.latitude,
        "longitude": where.longitude,
    }
    pictures = [draft.picture] if draft.picture else []
    if draft.product_id:
        product = catalogue.revise(
            draft.product_id,
            by=by,
            price=selling["price"],
            texts={"title": words["title"], **texts},
            pictures=pictures,
            place_id=where.place_id,
            **common,
        )
        catalogue.propose_again(product.pk, by=by)
        _close(product, except_for=(selling["start"], selling["days"]))
    else:
        product = catalogue.propose(
            draft.operator_id,
            language=language,
            title=words["title"],
            description=texts["description"],
            texts={"summary": texts["summary"]},
            price=selling["price"],
            pictures=pictures,
            place=where.place_id,
            **common,
        )
    offer_days(product, selling["days"], start=selling["start"], capacity=selling["places"])
    draft.delete()
    return product


@transaction.atomic
def propose_good(
    operator: "Operator",
    said: Mapping[str, Any],
    *,
    picture: IO[bytes] | None = None,
    language: str,
    by: "User | None" = None,
) -> "Product":
    """Propose a good to the editors, with its weight, size and stock.

    Args:
        operator: Its maker.
        said: What `selling_forms.GoodForm` cleaned.
        picture: A photograph.
        language: BCP 47 of the words.
        by: Who proposes.

    Raises:
        BadInput: Something is wrong after all; `field` says what.

    """
    pictures = [_photographed(operator, said["title"], picture, by)] if picture else []
    product = catalogue.propose(
        operator.pk,
        kind="good",
        theme=said["theme"],
        language=language,
        title=said["title"],
        description=said["description"],
        texts={"summary": said["summary"]},
        price=said["price"],
        pictures=pictures,
    )
    _weigh(product, said)
    return product


@transaction.atomic
def change_good(
    product: "Product",
    said: Mapping[str, Any],
    *,
    picture: IO[bytes] | None = None,
    by: "User | None" = None,
) -> None:
    """Change stock, weight and size of a good; and while it is not on sale, all of it.

    Words and price of what is on sale are the editors' to change.

    Raises:
        BadInput: Something is wrong after all; `field` says what.

    """
    if product.state in ("draft", "returned"):
        catalogue.revise(
            product.pk,
            by=by,
            price=said["price"],
            texts={each: said[each] for each in ("title", "summary", "description")},
            pictures=[_photographed(product.operator, said["title"], picture, by)]
            if picture
            else None,
            theme=said["theme"],
        )
        catalogue.propose_again(product.pk, by=by)
    _weigh(product, said)


def _photographed(operator: "Operator", title: str, file: IO[bytes], by: "User | None") -> Any:
    return catalogue.keep_picture(
        file, title=title, alt_text=title, holder=operator.name, credit=operator.name, by=by
    )


def _weigh(product: "Product", said: Mapping[str, Any]) -> None:
    sales.set_good(
        product.pk,
        sales.GoodTerms(
            weight_g=said["weight_g"],
            length_mm=10 * said["length_cm"],
            width_mm=10 * said["width_cm"],
            height_mm=10 * said["height_cm"],
            customs_name=said["customs_name"],
            hs_code=said["hs_code"],
            origin=said["origin"],
            making_days=said["making_days"],
            to_measure=said["to_measure"],
            bulky=said["bulky"],
            collect=said["collect"],
        ),
    )
    sales.restock(product.pk, said["pieces"])


def _close(product: "Product", *, except_for: tuple[time | None, Sequence[date]]) -> None:
    """Close the coming starts that are no longer ticked; nobody has booked them yet."""
    start, days = except_for
    for each in queries.starts(product):
        if each.start != start or each.day not in days:
            sales.offer_places(product.pk, [each.on], start=each.start, capacity=0)


def offer_days(
    product: "Product",
    days: Sequence[date],
    *,
    start: time | None,
    capacity: int,
    mode: str = "",
    names: Sequence[str] = (),
) -> int:
    """Offer so many places of a product on each of the days. Returns how many days.

    `mode` says how they are given out, `names` what stands on numbered seats; when empty, both
    stay as they were.

    Raises:
        BadInput: On one of the days more are taken already.

    """
    return sales.offer_places(
        product.pk, days, start=start, capacity=capacity, mode=mode, names=names
    )


def write_sheet(product: "Product", typed: Mapping[str, str]) -> tuple[int, dict[str, str]]:
    """Write the words that an editor typed, in every language; `text-<field>-<language>`.

    What is wrong is left as it was and told by its name; everything else is written.

    Args:
        product: Whose words they are.
        typed: What the form sent.

    Returns:
        How many texts changed, and the problems by the inputs' names.

    """
    written, problems = 0, {}
    for each in queries.cells(product):
        value = typed.get(each.name, "").replace("\r\n", "\n").strip()
        checked = each.checkable and f"checked-{each.name}" in typed
        if each.name not in typed or (value == each.value and not checked):
            continue
        if not value and each.original and each.field in NEEDED:
            problems[each.name] = _("This cannot be empty.")
            continue
        status = "source" if each.language == product.language else "human"
        try:
            catalogue.write_text(product, each.field, each.language, value, status=status)
        except BadInput as error:
            problems[each.name] = str(error)
        else:
            written += 1
    return written, problems


@transaction.atomic
def operator_of(chosen: Mapping[str, Any], *, by: "User") -> "Operator | None":
    """Return the business that `forms.Invite` chose, registering it if it is new.

    None if it is none of those that the user may invite.
    """
    known = queries.inviting(by)
    if chosen.get("operator"):
        return next(
            (each for each in known.operators if str(each.pk) == str(chosen["operator"])), None
        )
    home = territory_queries.municipality(chosen["municipality"])
    area = territory_queries.ambito_of(home) if home else None
    if home is None or area is None or not territory_queries.can(by, *EDITORS, area=area):
        return None
    return territory.register(chosen["name"], area, municipality=home)
