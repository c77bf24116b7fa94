"""Messages of the domain in the language of the command."""

from flask_babel import gettext

from ..errors import Message


def say(message: Message) -> str:
    """A message in the language of the command."""
    values = {name: say(value) if isinstance(value, Message) else value for name, value in message.values.items()}
    return str(gettext(message.text, **values))
