"""Every address: which stage answers where."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

handler403 = "belvedere.config.pages.forbidden"
handler404 = "belvedere.config.pages.missing"
handler500 = "belvedere.config.pages.broken"

urlpatterns = [
    path("cms/", include(wagtailadmin_urls)),
    path("", include("belvedere.publish.urls")),
    path("octo/", include("belvedere.sell.octo.urls")),
    path("", include("belvedere.sell.urls")),
    path("", include("belvedere.territory.urls")),
    re_path(r"^media/(?P<path>.*)$", serve, {"document_root": settings.MEDIA_ROOT}),
]
if settings.ENV.mode in ("demo", "test"):
    urlpatterns += [path("demo-pay/", include("belvedere.connectors.demo_pay.mount"))]
if settings.DEMO:
    urlpatterns += i18n_patterns(
        path("demo/", include("belvedere.config.demo.urls")), prefix_default_language=False
    )
urlpatterns += i18n_patterns(
    path("desk/", include("belvedere.desk.urls")),
    path("about/", include("belvedere.theme.urls")),
    path("", include("belvedere.offer.urls")),
    path("", include("belvedere.plan.urls")),
    path("", include("belvedere.sell.local_urls")),
    path("", include("belvedere.publish.local_urls")),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
