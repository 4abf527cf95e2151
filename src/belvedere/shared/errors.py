"""What can go wrong, in words that both people and programs can act on."""

from datetime import timedelta


class RemoteError(Exception):
    """Base of the four ways a remote party can fail us, which connectors translate into."""


class Refused(RemoteError):
    """The content is wrong for this remote party: show it to a person, never retry."""


class NotAuthorised(RemoteError):
    """The account must be connected again by a person."""


class TryLater(RemoteError):
    """Nothing happened remotely; the same call may be repeated after a pause."""

    def __init__(self, message: str, *, after: timedelta = timedelta(minutes=5)) -> None:
        super().__init__(message)
        self.after = after


class OutcomeUnknown(RemoteError):
    """The call may have taken effect: ask for the status before repeating it."""


class SetupError(Exception):
    """Belvedere cannot run here: one sentence that says what is missing and how to mend it."""


class BadInput(ValueError):
    """Something a person gave us is wrong. Says where, what was expected, and what to do.

    Args:
        message: One sentence for a person.
        field: The field or column that is wrong, if one is.

    """

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field
