"""What the product says when it must say no, drawn as a tree.

    Problem                 carries a message that a door translates
    ├── Refused             a rule of the domain says no; nothing was written
    ├── BadInput            what was typed or sent can't be understood
    ├── NotConfigured       a setting is missing or wrong
    ├── DatabaseNewer       the database was written by a later version
    └── LedgersRefused      (ledgers.faults) office ledgers with faults

A message is an English source string with named places; a door finds it in the catalogue of the user's language.
The domain therefore needs no translator of its own.
"""

from dataclasses import dataclass, field


def N_(text: str) -> str:  # noqa: N802 - the name which the catalogue's extractor looks for
    """Mark a source string for the catalogues and return it unchanged."""
    return text


@dataclass(frozen=True)
class Message:
    """A sentence for people: a source string of the catalogues and what fills its places.

    A value may be a Message itself: it's translated first.
    """

    text: str
    values: dict[str, object] = field(default_factory=dict)


def message(text: str, /, **values: object) -> Message:
    """Make a Message; *text* is marked with ``N_`` where it's written."""
    return Message(text, values)


class Problem(Exception):
    """Base of everything the product raises on purpose."""

    def __init__(self, text: str, /, **values: object) -> None:
        super().__init__(text % values if values else text)
        self.message = Message(text, values)


class Refused(Problem):
    """A rule says no. Doors answer with 409, the command line with exit status 1."""


class BadInput(Problem):
    """The input can't be understood. Doors answer with 422 or 400."""


class NotConfigured(Problem):
    """A setting is missing or has a value that can't be used."""


class DatabaseNewer(Problem):
    """The database belongs to a later version of the product than this one."""
