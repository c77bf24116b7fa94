"""The addresses with which people subscribe to a feed."""

from dataclasses import dataclass
from urllib.parse import quote

from .html import public_address

GOOGLE = "https://calendar.google.com/calendar/render?cid="


@dataclass(frozen=True, slots=True)
class Subscription:
    """One feed as people take it: a button, an address to copy, a link for Google, a code to scan."""

    address: str
    webcal: str
    google: str
    scanned: str
    """What the code holds: a public feed's page, where every phone, and WeChat too, is told what to do; a private
    feed has no page and is scanned itself."""

    @classmethod
    def to(cls, path: str) -> "Subscription":
        """The subscription to the feed at *path*, an address on this host with its query."""
        address = public_address(path)
        webcal = f"webcal://{address.partition('://')[2]}"
        private = path.startswith("/calendars/private/")
        return cls(
            address=address,
            webcal=webcal,
            google=GOOGLE + quote(webcal, safe=""),
            scanned=address if private else address.replace(".ics", "", 1),
        )
