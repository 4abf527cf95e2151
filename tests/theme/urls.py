"""The site with the gallery of components on top, for the browser and nobody else."""

from datetime import date

from django import forms
from django.conf.urls.i18n import i18n_patterns
from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language

from belvedere.config import urls as site
from belvedere.shared.money import Amount
from belvedere.theme import art, icons

handler403, handler404, handler500 = site.handler403, site.handler404, site.handler500


class Enquiry(forms.Form):
    name = forms.CharField(label="Nome", help_text="Come sul documento.")
    people = forms.ChoiceField(label="Persone", choices=[("1", "1"), ("2", "2")])
    way = forms.ChoiceField(
        label="Come arrivi",
        choices=[("train", "In treno"), ("bus", "In autobus")],
        widget=forms.RadioSelect,
    )
    agree = forms.BooleanField(label="Ho letto la nota sulla privacy")
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)


def gallery(request):
    form = Enquiry({"name": "", "people": "1"})
    chinese = get_language() == "zh-hans"
    return render(
        request,
        "theme/gallery.html",
        {
            "form": form,
            "page": Paginator(range(200), 10).get_page(4),
            "icon_names": list(icons.drawings()),
            "themes": art.THEMES,
            "price": Amount(2500, "EUR"),
            "day": date(2026, 11, 24),
            "steps": ["选择日期", "填写信息", "付款"]
            if chinese
            else ["Giorno", "I tuoi dati", "Paga"],
            "tab": "zh" if chinese else "it",
        },
    )


def broken(request):
    raise ZeroDivisionError


urlpatterns = [
    *i18n_patterns(
        path("gallery/", gallery, name="gallery"),
        path("broken/", broken, name="broken"),
        prefix_default_language=False,
    ),
    *site.urlpatterns,
]
