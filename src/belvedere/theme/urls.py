"""The notes at the foot of every page."""

from django.urls import path
from django.views.generic import TemplateView

app_name = "theme"
urlpatterns = [
    path("privacy/", TemplateView.as_view(template_name="theme/privacy.html"), name="privacy"),
    path(
        "accessibility/",
        TemplateView.as_view(template_name="theme/accessibility.html"),
        name="accessibility",
    ),
    path("sources/", TemplateView.as_view(template_name="theme/sources.html"), name="sources"),
]
