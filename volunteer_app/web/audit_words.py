"""What stands in the audit trail, as people say it: no action, table or column shows by its identifier.

A test holds that every action which is recorded anywhere has its words here, and every table.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from ..activities.models import ActivityState, SignUpState
from ..audit.models import AuditEntry
from ..contests.models import Channel, EntryState, ObjectionState, Subject, VoteUnit
from ..contests.role_models.models import RoleModelState
from ..duty.models import VisitState
from ..people.consents import Purpose
from ..people.models import RequestState, Role
from ..places.models import Management
from ..service.models import RecordState
from ..teams.models import HolidayRule, MemberRole
from ..words import word
from . import dates

ACTIONS: dict[str, Any] = {
    "add": _l("added %(thing)s"),
    "add late": _l("added %(thing)s afterwards"),
    "agree": _l("gave %(thing)s"),
    "annul": _l("annulled %(thing)s"),
    "anonymise": _l("took away the names of people whose time of keeping was over"),
    "approve": _l("approved %(thing)s"),
    "ask": _l("sent %(thing)s"),
    "cancel": _l("cancelled %(thing)s"),
    "change": _l("changed %(thing)s"),
    "change mail address": _l("changed the mail address for signing in"),
    "change places": _l("changed the number of places"),
    "check in": _l("checked somebody in"),
    "check out": _l("checked somebody out"),
    "clear day": _l("let the published notice decide about a day again"),
    "close": _l("closed %(thing)s"),
    "confirm": _l("confirmed %(thing)s"),
    "correct": _l("corrected %(thing)s"),
    "count": _l("entered a headcount"),
    "create": _l("made %(thing)s"),
    "decide": _l("decided %(thing)s"),
    "decline": _l("declined %(thing)s"),
    "demote": _l("moved %(thing)s to the waiting list"),
    "discard": _l("threw away %(thing)s"),
    "dissolve": _l("dissolved %(thing)s"),
    "end": _l("ended %(thing)s"),
    "end other sessions": _l("signed out on all other devices"),
    "end role": _l("ended %(thing)s"),
    "end session": _l("signed out on a device"),
    "enter": _l("entered %(thing)s"),
    "erase": _l("erased %(thing)s"),
    "excuse": _l("marked an absence as excused, or no longer"),
    "export": _l("exported a ledger of %(thing)s"),
    "fill": _l("filled %(thing)s with the demonstration"),
    "grant": _l("granted %(thing)s"),
    "import": _l("imported ledgers of %(thing)s"),
    "issue": _l("issued %(thing)s"),
    "join": _l("began %(thing)s"),
    "leave": _l("ended %(thing)s"),
    "leave out": _l("left out %(thing)s"),
    "lift veto": _l("lifted the vetoes of %(thing)s"),
    "lock": _l("too many wrong tries: %(thing)s was locked"),
    "log": _l("logged %(thing)s"),
    "log in": _l("signed in"),
    "make": _l("made %(thing)s"),
    "make cards": _l("made household cards of %(thing)s"),
    "make code": _l("handed out a one-time code"),
    "move": _l("moved %(thing)s"),
    "plan": _l("planned %(thing)s"),
    "promote": _l("moved %(thing)s up from the waiting list"),
    "publish": _l("published %(thing)s"),
    "read": _l("read %(thing)s"),
    "refuse": _l("refused %(thing)s"),
    "remind": _l("put a cadre on the list of those to be told"),
    "remove": _l("removed %(thing)s"),
    "put back": _l("put %(thing)s back"),
    "reopen": _l("opened %(thing)s again for corrections"),
    "replace": _l("replaced %(thing)s"),
    "replace cards": _l("replaced household cards of %(thing)s"),
    "reset second factor": _l("took away somebody's second factor"),
    "restore": _l("restored %(thing)s"),
    "retire": _l("retired %(thing)s"),
    "return": _l("sent %(thing)s back"),
    "revoke": _l("revoked %(thing)s"),
    "send again": _l("sent %(thing)s in again"),
    "score": _l("filled in %(thing)s"),
    "set day": _l("set a holiday or a make-up workday"),
    "set hours": _l("entered the hours of %(thing)s"),
    "set password": _l("set a password"),
    "sign up": _l("signed somebody up"),
    "start": _l("began %(thing)s now"),
    "step aside": _l("stepped aside on %(thing)s"),
    "step back": _l("no longer stepped aside on %(thing)s"),
    "stop": _l("ended %(thing)s now"),
    "switch off second factor": _l("switched the second factor off"),
    "switch on second factor": _l("switched the second factor on"),
    "take back telling": _l("took back that somebody was told"),
    "tell": _l("told somebody what the call list says"),
    "undo": _l("took back %(thing)s"),
    "undo check-in": _l("took back a check-in"),
    "undo check-out": _l("took back a check-out"),
    "use code": _l("used a one-time code"),
    "verify": _l("confirmed who signed up"),
    "veto": _l("vetoed %(thing)s"),
    "vote": _l("gave or took down %(thing)s"),
    "withdraw": _l("withdrew %(thing)s"),
}
THINGS: dict[str, Any] = {
    "account": _l("an account"),
    "account_request": _l("a request for an account"),
    "account_session": _l("a signed-in device"),
    "activity": _l("an activity"),
    "assignment": _l("an assignment"),
    "attendance": _l("an attendance"),
    "audit_entry": _l("an entry of the trail"),
    "calendar_token": _l("a private calendar address"),
    "certificate": _l("a certificate"),
    "consent": _l("an agreement"),
    "contest_round": _l("a round of a contest"),
    "criterion": _l("a criterion of a contest"),
    "delivery": _l("what a phone sent later"),
    "distinction": _l("a training or an award"),
    "duty_claim": _l("an activity claimed as duty"),
    "entry": _l("a contest entry"),
    "entry_photo": _l("a photo of a contest entry"),
    "family_member": _l("a link to a family member"),
    "household_card": _l("a household's card"),
    "judge": _l("a judge's place on a panel"),
    "leave": _l("a leave"),
    "membership": _l("a membership"),
    "membership_request": _l("a request to join a team"),
    "notice": _l("a line of the call list"),
    "objection": _l("an objection to a result"),
    "one_time_code": _l("a one-time code"),
    "pairing": _l("a pairing"),
    "paper_ballot": _l("a paper ballot"),
    "person": _l("a person's data"),
    "photo": _l("a photo"),
    "place": _l("a place"),
    "planned_visit": _l("a planned visit"),
    "planning_run": _l("a week or a month made in one go"),
    "receipt": _l("a receipt"),
    "role_grant": _l("a role"),
    "role_model": _l("a role model"),
    "role_model_support": _l("what supports a role model"),
    "score": _l("points of a score sheet"),
    "score_sheet": _l("a score sheet"),
    "service_record": _l("a service record"),
    "sheet_photo": _l("a photo of a signed sheet"),
    "shift": _l("a shift"),
    "sign_up": _l("a sign-up"),
    "special_day": _l("a special day"),
    "stamp": _l("a mark of change"),
    "team": _l("a team"),
    "theme": _l("a theme"),
    "theme_anchor": _l("a theme of the year"),
    "theme_move": _l("a theme's day in one year"),
    "venue_block": _l("a time at which a venue can't be used"),
    "visit": _l("a visit"),
    "visit_photo": _l("a photo of a visit"),
    "vote": _l("a vote"),
}
COLUMNS: dict[str, Any] = {
    "about": _l("About"),
    "cancel_reason": _l("Reason"),
    "channel": _l("How votes are given"),
    "checked_in_at": _l("Check-in"),
    "checked_out_at": _l("Check-out"),
    "closed_at": _l("Closed"),
    "criteria": _l("Criteria"),
    "criterion": _l("Criterion"),
    "department": _l("Department"),
    "dissolved": _l("Dissolved"),
    "ends_at": _l("End"),
    "entries_from": _l("Entries from"),
    "entries_until": _l("Entries until"),
    "excused": _l("Excused"),
    "focus": _l("What it's about"),
    "founded": _l("Founded"),
    "headcount": _l("Headcount"),
    "holiday_rule": _l("On a holiday"),
    "judges_weight": _l("Weight of the judges, in percent"),
    "judging_from": _l("Judging from"),
    "judging_until": _l("Judging until"),
    "label": _l("Name on the result page"),
    "management": _l("Management"),
    "minutes_a_week": _l("Minutes a week"),
    "moved_to": _l("Day"),
    "name": _l("Name"),
    "notice_days": _l("Days of publication"),
    "office_hours": _l("Office hours"),
    "open_until": _l("Sign-up until"),
    "opens_at": _l("Sign-up from"),
    "paper": _l("Paper ballots"),
    "place_text": _l("Place"),
    "places": _l("Places"),
    "points": _l("Points"),
    "popular": _l("Popular"),
    "post": _l("Post"),
    "purpose": _l("What for"),
    "retired_on": _l("Retired"),
    "role": _l("Role"),
    "since": _l("First day"),
    "slot_ends": _l("End"),
    "slot_starts": _l("Start"),
    "starts_at": _l("Start"),
    "state": _l("State"),
    "subject": _l("What is entered"),
    "telephone": _l("Telephone"),
    "title": _l("Title"),
    "unit": _l("Unit"),
    "until": _l("Last day"),
    "veto_reason": _l("Veto"),
    "vote_unit": _l("Who has one vote"),
    "voters_weight": _l("Weight of the voters, in percent"),
    "voting_from": _l("Voting from"),
    "voting_until": _l("Voting until"),
    "winners": _l("How many entries win"),
    "withdraw_until": _l("Withdrawing until"),
}
"""Columns whose old and new values are shown; ids of other rows say nothing to a reader."""

_KINDS: dict[str, tuple[type[StrEnum], ...]] = {
    "role": (Role, MemberRole),
    "channel": (Channel,),
    "subject": (Subject,),
    "vote_unit": (VoteUnit,),
    "purpose": (Purpose,),
    "holiday_rule": (HolidayRule,),
    "management": (Management,),
    "state": (ActivityState, SignUpState),
}
_STATES: dict[str, tuple[type[StrEnum], ...]] = {
    "entry": (EntryState,),
    "objection": (ObjectionState,),
    "role_model": (RoleModelState,),
    "service_record": (RecordState,),
    "visit": (VisitState,),
}
"""Things whose states have words of their own."""


def done(entry: AuditEntry) -> str:
    """“withdrew a sign-up” · “撤回了报名”."""
    return action(entry.action, thing(entry.subject))


def action(name: str, of: str) -> str:
    """What was done to a thing; an action of a later version is a change."""
    return str(ACTIONS.get(name, ACTIONS["change"])) % {"thing": of}


def thing(table: str) -> str:
    """What a table's rows are called."""
    return str(THINGS.get(table, "")) or gettext("something")


def all_things() -> list[tuple[str, str]]:
    """The kinds of things, to choose one."""
    return [(table, str(text)) for table, text in THINGS.items()]


def all_actions() -> list[tuple[str, str]]:
    """The actions, to choose one."""
    return [(name, action(name, "…")) for name in ACTIONS]


def changes(entry: AuditEntry) -> list[str]:
    """What changed from what to what, a line for each value that says something to a reader."""
    return [
        f"{COLUMNS[column]}{gettext(': ')}{_shown(entry, column, value[0])} → {_shown(entry, column, value[1])}"
        for column, value in entry.changes.items()
        if column in COLUMNS and isinstance(value, list) and len(value) == 2
    ]


def _shown(entry: AuditEntry, column: str, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    states = (RequestState,) if entry.subject.endswith("_request") else _STATES.get(entry.subject)
    for kind in states if states and column == "state" else _KINDS.get(column, ()):
        if value in list(kind):
            return word(kind(value))
    return _as_time(value) if isinstance(value, str) else str(value)


def _as_time(text: str) -> str:
    """A day or a moment in ISO form as people say it; anything else as it is."""
    try:
        return dates.day(date.fromisoformat(text)) if len(text) == 10 else dates.moment(datetime.fromisoformat(text))
    except ValueError:
        return text
