"""Writing a text in a language."""

from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from belvedere.journal.services import record
from belvedere.offer.models import Text
from belvedere.offer.rules import FIELDS
from belvedere.shared.errors import BadInput
from belvedere.shared.languages import WRITTEN_TAGS

if TYPE_CHECKING:
    from django.db.models import Model


@transaction.atomic
def write_text(
    obj: "Model", field: str, language: str, value: str, *, status: str = Text.Status.HUMAN
) -> Text | None:
    """Write one field of one object in one language.

    When the original changes, its translations become outdated. What a person wrote is
    never replaced by a machine: such a call changes nothing and returns the person's text.

    Args:
        obj: Any saved model.
        field: One of `rules.FIELDS`.
        language: BCP 47.
        value: Plain text; empty takes the text away.
        status: `source` for the author's own words, else human, machine or proposed.

    Returns:
        The text as it stands now; None if it was taken away.

    Raises:
        BadInput: Unknown field or language, too long, or a second original.

    """
    value = _checked(field, language, value)
    same = Text.objects.filter(
        content_type=ContentType.objects.get_for_model(obj), object_id=obj.pk, field=field
    )
    known = {each.language: each for each in same.select_for_update()}
    source = next((each for each in known.values() if each.status == Text.Status.SOURCE), None)
    if status == Text.Status.SOURCE and source and source.language != language:
        raise BadInput(
            _("This text already has its original in another language."), field=field
        )
    text = known.get(language)
    if text and text.status == Text.Status.SOURCE:
        status = Text.Status.SOURCE
    if not value:
        _take_away(same, text)
        return None
    if text and not _may_replace(text, value, status):
        return text
    text = text or Text(
        content_type=ContentType.objects.get_for_model(obj),
        object_id=obj.pk,
        field=field,
        language=language,
        revision=0,
    )
    changed = text.value != value
    text.value, text.status = value, status
    text.machine = status == Text.Status.MACHINE
    text.revision += changed
    text.source_revision = (
        None if status == Text.Status.SOURCE or not source else source.revision
    )
    text.save()
    if changed and status == Text.Status.SOURCE:
        _outdate(same.exclude(language=language))
    record(
        "offer.written",
        f"{obj._meta.model_name}:{obj.pk}",
        field=field,
        language=language,
        status=str(status),
        revision=text.revision,
    )
    return text


def _checked(field: str, language: str, value: str) -> str:
    value = value.replace("\r\n", "\n").replace("\x00", "").strip()
    if field not in FIELDS:
        raise BadInput(_("There is no text called “%s”.") % field, field=field)
    if language not in WRITTEN_TAGS:
        raise BadInput(_("“%s” is not one of our languages.") % language, field="language")
    if len(value) > FIELDS[field]:
        raise BadInput(
            _("This text has %(has)s characters; at most %(limit)s fit.")
            % {"has": len(value), "limit": FIELDS[field]},
            field=field,
        )
    return value


def _may_replace(text: Text, value: str, status: str) -> bool:
    if status == Text.Status.MACHINE and not text.machine:
        return text.status == Text.Status.PROPOSED
    return text.value != value or text.status != status


def _take_away(same: "QuerySet[Text]", text: Text | None) -> None:
    if text and text.status == Text.Status.SOURCE:
        same.delete()
    elif text:
        text.delete()


def _outdate(translations: "models.QuerySet[Text]") -> None:
    translations.exclude(status=Text.Status.PROPOSED).update(
        status=Text.Status.OUTDATED, revision=F("revision")
    )
