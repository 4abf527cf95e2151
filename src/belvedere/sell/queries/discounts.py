"""Discounts as they stand now, by the database's clock."""

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from belvedere.sell.models import Discount


def discounts() -> QuerySet[Discount]:
    """Return discounts, the last ones first, with whether they have `begun` or are `over`.

    Over is what was stopped or has come to its last moment; what is used up is not over, since
    an order that comes to nothing gives its use back.
    """
    over = Q(stopped_at__isnull=False) | Q(valid_until__isnull=False, valid_until__lte=Now())
    return Discount.objects.annotate(begun=Q(valid_from__lte=Now()), over=over)
