"""An operator chooses how the places of a start are given out."""

from datetime import timedelta

import pytest
from django.urls import reverse

from belvedere.sell.models import Allotment
from belvedere.shared import clock

pytestmark = pytest.mark.django_db


def ticked(**changes):
    day = clock.today() + timedelta(days=3)
    return {"day": [day.isoformat()], "start": "18:00", "places": "3", **changes}


def test_the_choice_is_explained_and_kept(client, anna, walk):
    client.force_login(anna)
    url = reverse("desk:days", args=[walk.slug])
    assert "uno vede quanti ha davanti" in client.get(url).content.decode()
    client.post(url, ticked(mode="batch"))
    assert Allotment.objects.get().mode == "batch"
    client.post(url, ticked(places="5"))
    assert (Allotment.objects.get().mode, Allotment.objects.get().capacity) == ("batch", 5)


def test_numbered_places_have_the_names_that_were_typed(client, anna, walk):
    client.force_login(anna)
    url = reverse("desk:days", args=[walk.slug])
    client.post(url, ticked(mode="slots", names="A1, A2,B1"))
    assert [each.name for each in Allotment.objects.get().slots.all()] == ["A1", "A2", "B1"]
    page = client.post(url, ticked(mode="slots", names="A1, A2", places="4"))
    assert page.status_code == 200
    assert Allotment.objects.get().capacity == 3
