"""The public pages: the catalogue, a product, the places, a place, an area."""

from belvedere.offer.views.lists import catalogue, goods
from belvedere.offer.views.on_the_map import area, place, places
from belvedere.offer.views.one_product import calendar, product

__all__ = ["area", "calendar", "catalogue", "goods", "place", "places", "product"]
