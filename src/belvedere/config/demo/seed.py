"""The demo's content: invented operators and offers in real places, and one person a role."""

import secrets
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from belvedere.config.demo.year import seed_year
from belvedere.offer import queries as catalogue
from belvedere.offer import services as offer
from belvedere.publish import services as publish
from belvedere.publish.models import Action, Campaign, Placement
from belvedere.publish.pages import MiniSite
from belvedere.sell import queries as sales
from belvedere.sell import services as sell
from belvedere.sell.queries import papers
from belvedere.sell.queries.goods import open_shops
from belvedere.sell.rules import world
from belvedere.shared import clock
from belvedere.shared.languages import DEFAULT
from belvedere.shared.money import Amount
from belvedere.territory import queries as territory
from belvedere.territory import services as people
from belvedere.territory.models import Agreement, Area, Operator, Place, Role, User
from belvedere.territory.rules.agreements import moment

CONTENT = Path(__file__).with_name("content.toml")
AHEAD = timedelta(days=120)
Tell = Callable[[str], None]


@dataclass(frozen=True)
class DemoUser:
    """Somebody to try the demo as."""

    role: str
    name: str
    password: str
    link: str


def seed(tell: Tell) -> None:
    """Make everything the demo shows. What is there already stays as it is.

    Args:
        tell: Is told each step in words, for the terminal.

    """
    content = tomllib.loads(CONTENT.read_text())
    tell("Tuscany: 28 ambiti, 273 municipalities, places of the Casentino, two agreements")
    people.seed()
    for each in content["agreements"]:
        _agreement(each)
    area = territory.area("casentino")
    assert area is not None  # noqa: S101  The tables always have it.
    tell("The site in Italian, English and Chinese")
    publish.seed_site()
    tell(f"{len(content['products'])} experiences, one a night; a package; words and places")
    operators = {each["slug"]: _operator(area, each) for each in content["operators"]}
    for each in content["products"]:
        _product(operators[each["operator"]], each)
    for each in content["tourist_taxes"]:
        _tax(each)
    for each in content["packages"]:
        _package(operators[each["operator"]], each)
    tell("A maker's shop: goods with weight and size, and a carrier's sample rates")
    _shops(content, operators)
    tell("A campaign with its posters and its newsletter, and a discount code on a poster")
    _campaign(area, content["campaign"], content["actions"])
    for each in content["discounts"]:
        _discount(area, each)
    tell("Its year: official flows, an operating plan in two versions, a living lab")
    seed_year(area, content)


def _shops(content: dict[str, Any], operators: dict[str, Operator]) -> None:
    for each in content["carriers"]:
        _carrier(each)
    for each in content["sellers"]:
        _seller(operators[each["operator"]], each)
    if not papers.agency().legal_name:
        sell.keep_agency(content["agency"])
    for each in content["taxes"]:
        _taxes(operators[each["operator"]], each)
    for each in content["goods"]:
        _good(operators[each["operator"]], each)


def users() -> Iterator[DemoUser]:
    """Give each role its person, a new password, and the link that signs in by one click."""
    area = Area.objects.get(slug="casentino")
    guide = Operator.objects.get(slug="demo-guide-delle-foreste")
    for role in Role:
        name = f"demo-{role.value}"
        password = secrets.token_urlsafe(9)
        user, _ = User.objects.get_or_create(
            username=name, defaults={"first_name": f"Demo {role.label}", "language": DEFAULT}
        )
        user.set_password(password)
        user.save(update_fields=["password"])
        people.grant(user, role, guide if role == Role.OPERATOR else area)
        yield DemoUser(role.value, name, password, people.demo_link(user))
    yield _maker()


def _maker() -> DemoUser:
    """Return who speaks for the maker's shop: an operator, as the guide is."""
    password = secrets.token_urlsafe(9)
    user, _ = User.objects.get_or_create(
        username="demo-maker", defaults={"first_name": "Demo artigiana", "language": DEFAULT}
    )
    user.set_password(password)
    user.save(update_fields=["password"])
    people.grant(user, Role.OPERATOR, Operator.objects.get(slug="demo-bottega-del-panno"))
    return DemoUser("maker", "demo-maker", password, people.demo_link(user))


@transaction.atomic
def _agreement(wanted: Mapping[str, Any]) -> None:
    if Agreement.objects.filter(title=wanted["title"], is_demo=True).exists():
        return
    area = territory.area(wanted["area"])
    assert area is not None  # noqa: S101  The tables always have it.
    signed, *later = (
        (each["kind"], people.Deed(when, each.get("place", ""), words=each["words"]))
        for each in wanted["acts"]
        if (when := moment(each["when"]))
    )
    made = people.sign(
        wanted["partner"],
        area,
        kind=wanted["kind"],
        title=wanted["title"],
        deed=signed[1],
        goal=wanted["goal"],
        country=wanted["country"],
        shown_within=True,
        is_demo=True,
    )
    for kind, deed in later:
        {"renewed": people.renew, "amended": people.amend}[kind](made.pk, deed=deed)


def _operator(area: Area, wanted: Mapping[str, Any]) -> Operator:
    found, _ = Operator.objects.get_or_create(
        slug=wanted["slug"],
        defaults={
            "area": area,
            "name": wanted["name"],
            "municipality": territory.municipality(wanted["municipality"]),
            "email": f"{wanted['slug']}@example.org",
            "is_demo": True,
        },
    )
    return found


@transaction.atomic
def _product(operator: Operator, wanted: Mapping[str, Any]) -> None:
    product = catalogue.product(wanted["slug"])
    if product is None:
        product = offer.propose(
            operator.pk,
            theme=wanted["theme"],
            language=DEFAULT,
            title=wanted[DEFAULT]["title"],
            description=wanted[DEFAULT]["description"],
            price=Amount(wanted["price"]),
            kind=wanted.get("kind", "experience"),
            accommodation=wanted.get("accommodation", ""),
            duration_minutes=wanted.get("minutes"),
            meeting_point=wanted["meeting_point"],
            place=Place.objects.filter(wikidata_id=wanted.get("place") or None).first(),
            latitude=wanted["latitude"],
            longitude=wanted["longitude"],
            texts=_others(wanted[DEFAULT]),
            slug=wanted["slug"],
            is_demo=True,
        )
        for language in ("en", "zh-Hans"):
            for field, value in wanted[language].items():
                offer.write_text(product, field, language, value)
        offer.approve(product.pk)
    if "max_units" in wanted:
        sell.set_terms(product.pk, [_terms(wanted)])
    days = _days(wanted["weekdays"])
    if wanted.get("whole_day"):
        sell.offer_places(product.pk, days, capacity=wanted["capacity"])
    for start in wanted["starts"]:
        sell.offer_places(
            product.pk, days, start=time.fromisoformat(start), capacity=wanted["capacity"]
        )
    # Today without a start, so that a voucher can be tried at whatever hour the demo is.
    sell.offer_places(product.pk, [clock.today()], capacity=wanted["capacity"])


def _terms(wanted: Mapping[str, Any]) -> sell.OptionTerms:
    opens, closes = (
        time.fromisoformat(wanted[each]) if each in wanted else None
        for each in ("opens", "closes")
    )
    return sell.OptionTerms(
        max_units=wanted["max_units"],
        opens=opens,
        closes=closes,
        vat_percent=Decimal(wanted.get("vat", 22)),
    )


def _tax(wanted: Mapping[str, Any]) -> None:
    town = territory.municipality(wanted["municipality"])
    assert town is not None  # noqa: S101  The tables always have it.
    sell.set_tax(
        town.pk,
        sell.TaxTerms(
            rate=Amount(wanted["rate"]),
            first_day=date(2026, 1, 1),
            most_nights=wanted["most_nights"],
            free_under=wanted["free_under"],
            source=wanted["source"],
        ),
    )


@transaction.atomic
def _package(operator: Operator, wanted: Mapping[str, Any]) -> None:
    """Compose a package of products that are there, and put it on sale."""
    if catalogue.product(wanted["slug"]) is not None:
        return
    package = sell.write_package(
        sell.PackageTerms(
            texts=wanted[DEFAULT],
            theme=wanted["theme"],
            price=Amount(wanted["price"]),
            child_price=Amount(wanted["child_price"]),
            child_until=wanted["child_until"],
            hours=wanted["hours"],
        ),
        operator_id=operator.pk,
        language=DEFAULT,
        slug=wanted["slug"],
        is_demo=True,
    )
    for language in ("en", "zh-Hans"):
        for field, value in wanted[language].items():
            offer.write_text(package, field, language, value)
    sell.compose(package.pk, [_part(each) for each in wanted["parts"]])
    sell.put_on_sale(package.pk)


def _part(wanted: Mapping[str, Any]) -> sell.PartTerms:
    product = catalogue.product(wanted["product"])
    assert product is not None  # noqa: S101  The seed has made it.
    return sell.PartTerms(
        option=sales.tariff([product.pk])[0].id,
        day=wanted["day"],
        start=time.fromisoformat(wanted["start"]) if "start" in wanted else None,
        nights=wanted.get("nights", 0),
        agreed_minor=wanted.get("agreed"),
    )


def _carrier(wanted: Mapping[str, Any]) -> None:
    """Set a sample carrier's invented rates; `union` stands for the Union without Italy."""
    rates = [
        sell.RateTerms(
            zone=each["zone"],
            countries=[
                code
                for name in each["countries"]
                for code in (sorted(world.UNION - {world.HOME}) if name == "union" else [name])
            ],
            steps=[(grams, minor) for grams, minor in each["steps"]],
            max_longest_mm=1500,
            max_girth_mm=3000,
            divisor=5000,
            hours=(each["hours"][0], each["hours"][1]) if "hours" in each else None,
            source="Sample: invented for the demo",
        )
        for each in wanted["rates"]
    ]
    sell.set_rates(wanted["key"], wanted["name"], rates, is_sample=True)


@transaction.atomic
def _seller(operator: Operator, wanted: Mapping[str, Any]) -> None:
    """Open an invented maker's shop: every step, the review, the story."""
    if operator.pk in open_shops():
        return
    sell.fill(operator, wanted["said"])
    seller = sell.send_for_review(operator)
    sell.approve_seller(seller.pk)
    for language, story in wanted["story"].items():
        status = "source" if language == DEFAULT else "human"
        offer.write_text(operator, "description", language, story, status=status)


@transaction.atomic
def _taxes(operator: Operator, wanted: Mapping[str, Any]) -> None:
    """Say who an operator is to the taxman, and on which commission they sell."""
    known = papers.seller_of(operator.pk)
    if known is not None and known.tax_purpose:
        return
    seller = sell.tell_taxes(operator, wanted["said"])
    seller.commission_percent = Decimal(wanted["commission_percent"])
    seller.save(update_fields=["commission_percent"])


@transaction.atomic
def _good(operator: Operator, wanted: Mapping[str, Any]) -> None:
    product = catalogue.product(wanted["slug"])
    if product is not None:
        return
    product = offer.propose(
        operator.pk,
        kind="good",
        theme=wanted["theme"],
        language=DEFAULT,
        title=wanted[DEFAULT]["title"],
        description=wanted[DEFAULT]["description"],
        price=Amount(wanted["price"]),
        texts=_others(wanted[DEFAULT]),
        slug=wanted["slug"],
        is_demo=True,
    )
    for language in ("en", "zh-Hans"):
        for field, value in wanted[language].items():
            offer.write_text(product, field, language, value)
    sell.set_good(product.pk, sell.GoodTerms(**wanted["terms"]))
    sell.stock(product.pk, wanted["pieces"])
    offer.approve(product.pk)


def _others(words: Mapping[str, str]) -> dict[str, str]:
    return {field: words[field] for field in words if field not in ("title", "description")}


def _days(weekdays: Sequence[int]) -> list[date]:
    ahead = (clock.today() + timedelta(days=n) for n in range(1, AHEAD.days))
    return [day for day in ahead if day.weekday() in weekdays]


@transaction.atomic
def _campaign(
    area: Area, wanted: Mapping[str, Any], actions: Sequence[Mapping[str, Any]]
) -> None:
    if Campaign.objects.filter(is_demo=True).exists():
        return
    today = clock.today()
    campaign = publish.open_campaign(
        area.pk,
        goal=wanted["goal"],
        starts_on=today,
        ends_on=today + AHEAD,
        texts={language: wanted[language] for language in ("it", "en", "zh-Hans")},
        market=wanted["market"],
        budget=Amount(wanted["budget"]),
        is_demo=True,
    )
    publish.start(campaign.pk)
    site = publish.seed_mini_site(campaign)
    for each in actions:
        _action(campaign, each, site)


def _discount(area: Area, wanted: Mapping[str, Any]) -> None:
    """Make a discount that stands on a piece of the demo's campaign, as long as that runs."""
    if sales.discounts().filter(code=wanted["code"]).exists():
        return
    ours = Placement.objects.filter(piece__action__campaign__is_demo=True)
    sell.make_discount(
        wanted["code"],
        area.pk,
        sell.DiscountTerms(
            amount=Amount(wanted["amount"]),
            max_uses=wanted["max_uses"],
            budget=Amount(wanted["budget"]),
            source=ours.filter(name=wanted["placement"]).values_list("code", flat=True)[0],
            valid_until=clock.now() + AHEAD,
        ),
    )


def _action(campaign: Campaign, wanted: Mapping[str, Any], site: MiniSite) -> Action:
    """Make an action with its piece, which leads to a product or to the mini-site."""
    product = catalogue.product(wanted.get("product", ""))
    action = publish.plan_action(
        campaign.pk,
        kind=wanted["kind"],
        title=wanted["title"],
        channel="newsletter" if wanted["kind"] == "newsletter" else "",
        planned=Amount(wanted["cost"]),
        planned_on=clock.today(),
    )
    publish.spend(action.pk, Amount(wanted["cost"]), done_on=clock.today())
    words = catalogue.words(product or campaign, wanted["language"])
    publish.create_piece(
        action.pk,
        title=words["title"].value,
        text=words["summary"].value,
        language=wanted["language"],
        product_id=product.pk if product else None,
        page_id=None if product else site.pk,
        placements=wanted["placements"],
    )
    return action
