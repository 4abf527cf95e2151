"""Public pages of campaigns and of the newsletter, and the links that carry source codes."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from belvedere.journal import limits
from belvedere.journal.queries import known_touch
from belvedere.publish import queries, services, visits
from belvedere.publish.forms import Subscription
from belvedere.publish.models import Campaign, Subscriber
from belvedere.publish.pages import given_source
from belvedere.publish.rules import is_person
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import code as django_code
from belvedere.shared.languages import tag

FOLLOWS_A_MINUTE = 60
UNKNOWN_A_MINUTE = 5


@never_cache
@require_safe
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """Remember that a source was followed, and go on to the page it leads to.

    Robots and link previews are led on like people and not counted; nor is whoever asks so
    often that it can only be a scanner.
    """
    person = is_person(request.method or "", request.headers)
    accept = request.headers.get("Accept-Language", "")
    path = services.followed(
        code.strip().lower()[:16],
        accept_language=accept,
        count=person and _seldom(request, "publish.follow", FOLLOWS_A_MINUTE),
        visit=visits.number(request),
    )
    if path is None:
        seldom = person and _seldom(request, "publish.unknown", UNKNOWN_A_MINUTE)
        path = services.lost(accept_language=accept, count=seldom)
    return HttpResponseRedirect(path)


def _seldom(request: HttpRequest, scope: str, most: int) -> bool:
    return not limits.too_many(scope, limits.who(request), most=most, minutes=1)


@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    """Show the campaigns that are running."""
    cards = queries.cards(queries.running(), language=tag(request.LANGUAGE_CODE))
    return render(request, "publish/campaigns.html", {"cards": cards})


@require_safe
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one campaign, with its mini-sites and what can be booked in its area."""
    found = get_object_or_404(queries.campaigns().exclude(state="draft"), slug=slug)
    language = tag(request.LANGUAGE_CODE)
    card = queries.cards([found], language=language)[0]
    return render(
        request,
        "publish/campaign.html",
        {
            "card": card,
            "campaign": found,
            "over": found.state == Campaign.State.CLOSED,
            "mini_sites": queries.mini_sites(found, language),
            "cards": queries.products_of(
                found, language=language, source=given_source(request)
            ),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@limits.limited("publish.subscribe", most=5, minutes=10)
def subscribe(request: HttpRequest) -> HttpResponse:
    """Let somebody ask for the newsletter."""
    form = Subscription(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not form.cleaned_data["website"]:
            touch = known_touch(request.POST.get("s", ""))
            services.subscribe(
                form.cleaned_data["email"],
                language=tag(request.LANGUAGE_CODE),
                consent_text=consent_text(),
                source=touch.code if touch else "",
            )
        return redirect(reverse("publish-pages:subscribe") + "?asked=1")
    return render(
        request,
        "publish/subscribe.html",
        {"form": form, "asked": "asked" in request.GET, "consent": consent_text()},
        status=422 if form.errors else 200,
    )


def consent_text() -> str:
    """Return the words that a subscriber agrees to, in the language of the page."""
    return _(
        "I agree that %(site)s keeps my e-mail address to send me its newsletter about "
        "experiences and events, and for nothing else. I can unsubscribe at any moment, with "
        "one click in every mail; my address is then deleted within thirty days."
    ) % {"site": settings.WAGTAIL_SITE_NAME}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Let somebody confirm that the address is theirs: by a button, for robots open links."""
    done, problem = False, ""
    if request.method == "POST":
        try:
            services.confirm(token)
            done = True
        except BadInput as error:
            problem = str(error)
    return render(
        request,
        "publish/confirm.html",
        {"done": done, "problem": problem},
        status=410 if problem else 200,
    )


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Take somebody off the list: at once when posted to, by a button when opened.

    Mail programs post here without cookies (RFC 8058), so there is no CSRF token to check;
    the address itself is the secret. Opening it changes nothing: scanners open every link.
    """
    person = Subscriber.objects.filter(leave_token=token).first()
    if person is None:
        raise Http404
    if request.method == "POST":
        services.unsubscribe(token)
        person.refresh_from_db()
    with override(django_code(person.language)):
        return render(
            request,
            "publish/leave.html",
            {
                "gone": person.state == Subscriber.State.UNSUBSCRIBED,
                "language": person.language,
            },
        )
