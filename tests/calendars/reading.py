"""Reading feeds as programs do: by icalendar, by vobject, and by the letter of RFC 5545."""

from datetime import datetime

import icalendar
import vobject


def events(body: bytes) -> list[icalendar.Event]:
    """The events of a calendar in their order, after another parser agreed on them."""
    found = list(icalendar.Calendar.from_ical(body).walk("VEVENT"))
    other = vobject.readOne(body.decode())
    assert [str(it["uid"]) for it in found] == [it.uid.value for it in other.contents.get("vevent", [])]
    assert [str(it["summary"]) for it in found] == [it.summary.value for it in other.contents.get("vevent", [])]
    assert [it["dtstart"].dt for it in found] == [it.dtstart.value for it in other.contents.get("vevent", [])]
    return found


def event(body: bytes) -> icalendar.Event:
    """The only event of a calendar."""
    (found,) = events(body)
    return found


def lines(body: bytes) -> list[str]:
    """The unfolded lines of a calendar; it must be folded between characters, by CRLF, in at most 75 octets."""
    assert body.endswith(b"\r\n")
    folded = body.removesuffix(b"\r\n").split(b"\r\n")
    assert not any(b"\r" in line or b"\n" in line for line in folded)
    assert max(len(line) for line in folded) <= 75
    # Each folded line decodes by itself: no character was cut.
    assert [line.decode() for line in folded]
    return body.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def moment(text: str) -> datetime:
    """A moment of the neighbourhood: 2020-11-25 19:00."""
    return datetime.fromisoformat(f"{text.replace(' ', 'T')}+08:00")
