"""What somebody is told, in the reader's language: aloud from the call lists, and on the receipt."""

from datetime import datetime

from flask_babel import gettext

from ..activities.models import Activity
from ..contests.rounds.telling import Call
from ..notifications.models import Notice, NoticeKind
from . import dates

STOPS = "。.！!"
"""A reason ends in none of these: the sentence around it has its own."""


def sentence(notice: Notice, activity: Activity) -> str:
    """What to say to whoever *notice* is for. The activity's theme and places are read; load them with it."""
    title, when = activity.theme.name, dates.when(activity.starts_at, activity.ends_at)
    where = activity.place_text or (activity.venue or activity.place).name
    match notice.kind:
        case NoticeKind.PROMOTED:
            return gettext(
                "A place has become free, and it's yours: “%(title)s”, %(when)s, %(where)s. "
                "If you can't come, please say so, and the next one moves up.",
                title=title,
                when=when,
                where=where,
            )
        case NoticeKind.DEMOTED:
            return gettext(
                "There are fewer places now for “%(title)s”, %(when)s, and you're on the waiting list again. "
                "We're sorry, and we'll tell you when a place becomes free.",
                title=title,
                when=when,
            )
        case NoticeKind.RELEASED:
            return gettext(
                "You were taken off the list of “%(title)s”, %(when)s. If that's a mistake, please say so.",
                title=title,
                when=when,
            )
        case NoticeKind.MOVED:
            return gettext(
                "“%(title)s” has moved: it's %(when)s now, %(where)s. It was to be %(before)s. "
                "If you can't come now, please say so.",
                title=title,
                when=when,
                where=where,
                before=_before(notice, activity),
            )
        case NoticeKind.CANCELLED:
            return gettext(
                "“%(title)s”, %(when)s, is cancelled: %(reason)s.",
                title=title,
                when=when,
                reason=str(notice.values.get("reason") or activity.cancel_reason).rstrip(STOPS),
            )
        case NoticeKind.SHORT:
            return gettext(
                "%(minutes)d minutes of this week's three hours are still to be given.",
                minutes=int(notice.values.get("lacking", 0)),
            )
        case NoticeKind.ENTRY_RETURNED | NoticeKind.ROUND_CANCELLED:
            raise ValueError(notice.kind)  # no activity: about_contest has its words


def about_contest(call: Call) -> str:
    """What to say to whoever takes part in a contest."""
    if call.entry and call.notice.kind is NoticeKind.ENTRY_RETURNED:
        return gettext(
            "“%(entry)s” in “%(round)s” was sent back: %(reason)s. Please put it right and send it in again.",
            entry=call.entry.name,
            round=call.round.name,
            reason=call.entry.reason.rstrip(STOPS),
        )
    return gettext(
        "“%(round)s” is cancelled: %(reason)s.",
        round=call.round.name,
        reason=(call.round.cancel_reason or "").rstrip(STOPS),
    )


def _before(notice: Notice, activity: Activity) -> str:
    """When and where it was to be: only what is different now stands in the notice."""
    old = notice.values
    parts = []
    if "starts_at" in old or "ends_at" in old:
        starts_at, ends_at = (
            datetime.fromisoformat(old[name]) if name in old else getattr(activity, name)
            for name in ("starts_at", "ends_at")
        )
        parts.append(dates.when(starts_at, ends_at))
    if old.get("place_text"):
        parts.append(old["place_text"])
    return gettext(", ").join(parts) or gettext("elsewhere")
