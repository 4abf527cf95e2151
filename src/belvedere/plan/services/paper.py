"""The plan on paper: the *piano operativo* that the office signs and sends."""

from django.utils.translation import override

from belvedere.plan import queries, rules
from belvedere.plan.models import PlanVersion
from belvedere.shared import clock
from belvedere.shared.languages import code
from belvedere.shared.numbers import number
from belvedere.territory import queries as territory
from belvedere.theme import pdf


def paper(version: PlanVersion, language: str) -> bytes:
    """Return a version as a PDF in a language.

    Args:
        version: Draft or approved; a draft says on every page that it is one.
        language: BCP 47; what people wrote stays in the language they wrote it in.

    """
    with override(code(language)):
        return pdf.render("plan/plan_print.html", _context(version, language))


def _context(version: PlanVersion, language: str) -> dict[str, object]:
    lines = queries.action_lines(version)
    area = version.plan.area
    names = territory.names([area], language, gloss=False)
    old = version.previous
    return {
        "language": language,
        "version": version,
        "plan": version.plan,
        "area": names[area.pk],
        "objectives": [
            {
                "title": queries.indicator(each.indicator, each.market, language),
                "now": number(each.baseline, language),
                "target": number(each.target, language),
                "unit": each.unit,
                "provider": each.provider,
            }
            for each in version.objectives.all()
        ],
        "actions": [
            {
                "action": each.action,
                "channel": each.action.get_channel_kind_display(),
                "market": queries.country(each.action.market, language),
                "period": queries.period(each.action, language),
                "expected": queries.expected(each.action, language),
            }
            for each in lines
        ],
        "channels": queries.by_channel(lines),
        "total": rules.total(each.action.budget for each in lines),
        "spent": rules.total(amount for each in lines for amount in each.spent),
        "previous": old,
        "changes": queries.said(queries.changes(old, version), language) if old else [],
        "printed": clock.today(),
    }
