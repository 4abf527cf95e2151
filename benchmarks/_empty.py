"""An empty view behind the site's own middleware: what any request costs."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "belvedere.config.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path


def nothing(request):
    return HttpResponse(b"")


urlpatterns = [path("empty", nothing)]
settings.ROOT_URLCONF = __name__
application = get_wsgi_application()
