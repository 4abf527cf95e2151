"""The scribe's page: the sheets of a table, typed in on a phone."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from belvedere.desk import lab_forms as forms
from belvedere.desk import rules
from belvedere.desk.queries import labs as queries
from belvedere.desk.queries import themes
from belvedere.desk.views.labs import language, run, status, writers_only
from belvedere.desk.views.page import page
from belvedere.desk.views.people import SignedIn
from belvedere.plan import queries as plan
from belvedere.plan import services
from belvedere.shared.errors import BadInput

if TYPE_CHECKING:
    from belvedere.plan.models import Workshop


@dataclass(frozen=True)
class Box:
    """A text area of the scribe's page: one contribution."""

    number: int
    text: str
    problem: str


@writers_only
@never_cache
def scribe(request: SignedIn, slug: str) -> HttpResponseBase:
    """Type the sheets of a table in, on a phone. The table's number stays."""
    workshop = run(request, slug)
    sessions = list(workshop.sessions.all())
    now = queries.session_now(sessions)
    form = forms.Sheets(
        request.POST or None,
        sessions=[(each.pk, queries.session_words(each, language())) for each in sessions],
        themes=themes(),
        initial={
            "session": request.GET.get("session") or (now and now.pk),
            "table": request.GET.get("table") or 1,
            "theme": request.GET.get("theme", ""),
        },
    )
    texts = request.POST.getlist("text") or [""]
    if "more" in request.POST:
        return _sheet(request, workshop, _again(form, request.POST), [*texts, ""])
    problems: dict[int, str] = {}
    if request.method == "POST" and form.is_valid():
        try:
            return _sent(request, slug, form, texts)
        except services.WrongTexts as error:
            problems = error.problems
            form.add_error(None, _("Nothing was sent yet: look at the boxes in red."))
        except services.SentBefore as error:
            form = _again(form, request.POST, key=uuid4())
            form.add_error(None, str(error))
        except BadInput as error:
            form.refuse(error)
            if error.field == "text":
                problems = {1: str(error)}
    return _sheet(request, workshop, form, texts, problems)


def _again(form: forms.Sheets, typed: QueryDict, key: UUID | None = None) -> forms.Sheets:
    """Return the form with what was typed, and with a new key if one is given."""
    values = typed.copy()
    if key:
        values["key"] = str(key)
    again = forms.Sheets(
        values,
        sessions=cast(Any, form.fields["session"]).choices,
        themes=list(cast(Any, form.fields["theme"]).choices)[:-1],
    )
    again.errors.clear()
    return again


def _sent(
    request: SignedIn, slug: str, form: forms.Sheets, texts: list[str]
) -> HttpResponseBase:
    chosen = form.cleaned_data
    made = services.contribute(
        chosen["session"],
        texts,
        table=chosen["table"],
        theme=chosen["theme"],
        key=chosen["key"],
        by=request.user,
    )
    messages.success(
        request,
        ngettext(
            "Written down: one sheet of table %(table)s.",
            "Written down: %(number)s sheets of table %(table)s.",
            len(made),
        )
        % {"number": len(made), "table": chosen["table"]},
    )
    stays = {name: chosen[name] for name in ("session", "table", "theme")}
    query = urlencode({**stays, "sent": chosen["key"]})
    return redirect(f"{reverse('desk:lab-scribe', args=[slug])}?{query}")


def _sheet(
    request: SignedIn,
    workshop: "Workshop",
    form: forms.Sheets,
    texts: list[str],
    problems: dict[int, str] | None = None,
) -> HttpResponse:
    problems = problems or {}
    session, table = form["session"].value(), form["table"].value()
    numbers = all(str(each).isdecimal() for each in (session, table))
    context = {
        "workshop": workshop,
        "form": form,
        "boxes": [
            Box(number, text, problems.get(number, "")) for number, text in enumerate(texts, 1)
        ],
        "written": plan.written(workshop, int(str(session)), int(str(table)))[: rules.MOST]
        if numbers
        else [],
        "table": table,
        "sent": _uuid(request.GET.get("sent", "")),
    }
    return page(request, "desk/lab_scribe.html", context, status=status(form))


def _uuid(text: str) -> str:
    """Return the key of a send that succeeded, so that the page forgets its copy; else ""."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""
