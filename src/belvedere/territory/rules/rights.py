"""What each role may do in the editors' admin. Pure: no database."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rights:
    """What a role may do in the editors' admin.

    Attributes:
        writes: Apps whose every model it may add, change and delete.
        reads: Apps whose every model it may see.
        single: Single permissions, `app.codename`.
        pages: Permissions on the tree of pages.
        files: Permissions on pictures and documents.

    """

    writes: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    single: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


_ALL = ("territory", "offer", "plan", "publish")
_PICTURES = ("add_picture", "change_picture", "choose_picture")
_DOCUMENTS = ("add_document", "change_document", "choose_document")

PERSONAL = ("user", "membership", "invitation", "subscriber", "delivery", "draft", "reminder")
"""Models about people: nobody reads them in the admin because of a role alone."""

GROUPS = {
    "head": Rights(reads=_ALL, files=("choose_picture", "choose_document")),
    "promotion": Rights(
        writes=("publish",),
        reads=_ALL,
        pages=("add_page", "change_page"),
        files=(*_PICTURES, *_DOCUMENTS),
    ),
    "editor": Rights(
        writes=("offer", "publish"),
        reads=_ALL,
        single=(
            *(f"territory.change_{each}" for each in ("area", "municipality", "partner")),
            *(
                f"territory.{verb}_{each}"
                for verb in ("add", "change", "delete")
                for each in ("place", "name", "operator")
            ),
            "territory.add_partner",
            "territory.add_invitation",
            "wagtail_localize.submit_translation",
        ),
        pages=("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
        files=(*_PICTURES, *_DOCUMENTS, "delete_picture", "delete_document"),
    ),
    "analyst": Rights(reads=_ALL),
}
"""Least privilege: the roles of the staff in the admin; an operator never enters it."""
