"""Public pages of campaigns and of the newsletter, and the links that carry source codes."""

from django.http import HttpRequest, HttpResponse


def follow(request: HttpRequest, code: str) -> HttpResponse:
    """Remember that a source was followed, and go on to the page it leads to."""
    return HttpResponse(status=501)


def campaigns(request: HttpRequest) -> HttpResponse:
    """Show the campaigns that are running."""
    return HttpResponse(status=501)


def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one campaign."""
    return HttpResponse(status=501)


def subscribe(request: HttpRequest) -> HttpResponse:
    """Let somebody ask for the newsletter."""
    return HttpResponse(status=501)


def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Let somebody confirm that the address is theirs."""
    return HttpResponse(status=501)


def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Take somebody off the list: at once when posted to, by a button when opened."""
    return HttpResponse(status=501)
