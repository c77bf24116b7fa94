"""The words for what the domain knows as identifiers: no code ever shows on a page.

One Chinese term, one English word, one identifier: the glossary in the README lists them.
"""

from enum import StrEnum

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from .activities.models import ActivityState, SignUpState, ThemeField
from .activities.year.models import AnchorKind
from .contests.judging.progress import Mark
from .contests.models import Channel, ContestKind, EntryState, ObjectionState, Subject, VoteUnit
from .contests.outcome.awards import Prize
from .contests.role_models.models import RoleModelState
from .contests.windows import Phase
from .duty.models import Force, VisitKind, VisitState
from .duty.quota import Standing
from .errors import Message
from .notifications.models import NoticeKind
from .people.consents import Purpose
from .people.models import RequestState, Role, Sex
from .places.models import Management, PlaceKind
from .service.certificates import Validity
from .service.models import DistinctionKind, RecordState
from .teams.models import HolidayRule, MemberRole, TeamKind

_WORDS: dict[type[StrEnum], dict[StrEnum, str]] = {
    TeamKind: {
        TeamKind.CULTURAL_GROUP: _l("Cultural group"),
        TeamKind.VOLUNTEER_TEAM: _l("Volunteer team"),
        TeamKind.PARTY_BRANCH: _l("Temporary Party branch"),
        TeamKind.SELF_MANAGEMENT_COMMITTEE: _l("Self-management committee"),
        TeamKind.OWNERS_COMMITTEE: _l("Owners' committee"),
    },
    MemberRole: {
        MemberRole.LEADER: _l("Leader"),
        MemberRole.MEMBER: _l("Member"),
    },
    HolidayRule: {
        HolidayRule.SKIP: _l("Doesn't meet"),
        HolidayRule.SHIFT: _l("Meets on the nearest other day"),
        HolidayRule.KEEP: _l("Meets as usual"),
    },
    AnchorKind: {
        AnchorKind.DAY: _l("A day of a month"),
        AnchorKind.WEEKDAY: _l("A weekday of a month"),
        AnchorKind.LUNAR: _l("A lunar day"),
        AnchorKind.TERM: _l("A solar term"),
        AnchorKind.SPARE: _l("Spare"),
    },
    ThemeField: {
        ThemeField.CULTURE: _l("Culture and sport"),
        ThemeField.SAFETY: _l("Safety"),
        ThemeField.HEALTH: _l("Health"),
        ThemeField.ENVIRONMENT: _l("Environment"),
        ThemeField.NEIGHBOURS: _l("Neighbourly help"),
        ThemeField.LEARNING: _l("Learning"),
    },
    ActivityState: {
        ActivityState.DRAFT: _l("Draft"),
        ActivityState.PUBLISHED: _l("Published"),
        ActivityState.CANCELLED: _l("Cancelled"),
        ActivityState.HELD: _l("Held"),
    },
    SignUpState: {
        SignUpState.CONFIRMED: _l("Has a place"),
        SignUpState.WAITING: _l("On the waiting list"),
        SignUpState.WITHDRAWN: _l("Withdrawn"),
    },
    PlaceKind: {
        PlaceKind.DISTRICT: _l("District"),
        PlaceKind.SUBDISTRICT: _l("Sub-district"),
        PlaceKind.COMMUNITY: _l("Community"),
        PlaceKind.COMPOUND: _l("Compound"),
        PlaceKind.BUILDING: _l("Building"),
        PlaceKind.VENUE: _l("Venue"),
    },
    Management: {
        Management.UNMANAGED: _l("Unmanaged"),
        Management.OWNERS: _l("Managed by its owners"),
        Management.PROPERTY: _l("Managed by a property company"),
    },
    Role: {
        Role.ADMINISTRATOR: _l("Administrator"),
        Role.OFFICER: _l("Officer"),
        Role.SECRETARY: _l("Community secretary"),
        Role.LIAISON: _l("Liaison"),
        Role.ORGANIZER: _l("Organizer"),
        Role.LEADER: _l("Team leader"),
    },
    Sex: {
        Sex.FEMALE: _l("Female"),
        Sex.MALE: _l("Male"),
    },
    RequestState: {
        RequestState.WAITING: _l("Not decided yet"),
        RequestState.GRANTED: _l("Granted"),
        RequestState.DECLINED: _l("Declined"),
    },
    Purpose: {
        Purpose.SIGN_UP: _l("Name and phone number for activities"),
        Purpose.GUARDIAN: _l("A guardian's agreement for a child under 14"),
        Purpose.NAMED: _l("Full name in public"),
        Purpose.CONTEST_ENTRY: _l("What is entered in a contest, with its photos"),
        Purpose.ROLE_MODEL: _l("Being shown as a role model"),
    },
    NoticeKind: {
        NoticeKind.PROMOTED: _l("Moved up from the waiting list"),
        NoticeKind.DEMOTED: _l("Moved to the waiting list"),
        NoticeKind.RELEASED: _l("Taken off the list"),
        NoticeKind.MOVED: _l("Time or place changed"),
        NoticeKind.CANCELLED: _l("Cancelled"),
        NoticeKind.ENTRY_RETURNED: _l("Sent back"),
        NoticeKind.ROUND_CANCELLED: _l("Contest cancelled"),
    },
    VisitKind: {
        VisitKind.HOME_VISIT: _l("Visit to homes"),
        VisitKind.ON_DUTY: _l("On duty"),
        VisitKind.THEMED_ACTIVITY: _l("Joined a themed activity"),
        VisitKind.CONSULTATION: _l("Residents' consultation"),
        VisitKind.PROBLEM_SOLVING: _l("Solved a problem"),
        VisitKind.MEDIATION: _l("Mediated a dispute"),
    },
    VisitState: {
        VisitState.WAITING: _l("Not confirmed yet"),
        VisitState.CONFIRMED: _l("Confirmed"),
        VisitState.RETURNED: _l("Sent back"),
    },
    Standing: {
        Standing.MET: _l("Met"),
        Standing.MADE_UP: _l("Made up the week after"),
        Standing.SHORT: _l("Short"),
        Standing.ON_LEAVE: _l("On leave"),
        Standing.NOT_DUE: _l("Not due"),
    },
    Force: {
        Force.OFFICE: _l("Sub-district office"),
        Force.COMMUNITY: _l("Residents' committee"),
        Force.WARDENS: _l("Wardens"),
        Force.PATROL: _l("Patrol"),
        Force.PROPERTY: _l("Property management"),
        Force.CLEANSING: _l("Street cleansing"),
        Force.ENFORCEMENT: _l("Joint enforcement"),
    },
    Validity: {
        Validity.VALID: _l("Valid"),
        Validity.CORRECTED: _l("Corrected since"),
        Validity.REVOKED: _l("Revoked"),
    },
    RecordState: {
        RecordState.WAITING: _l("Waits for approval"),
        RecordState.APPROVED: _l("Approved"),
        RecordState.REFUSED: _l("Refused"),
    },
    ObjectionState: {
        ObjectionState.OPEN: _l("Not answered yet"),
        ObjectionState.UPHELD: _l("Upheld"),
        ObjectionState.DISMISSED: _l("Dismissed"),
    },
    RoleModelState: {
        RoleModelState.NOMINATED: _l("Nominated"),
        RoleModelState.PUBLISHED: _l("Published"),
        RoleModelState.DECLINED: _l("Not accepted"),
        RoleModelState.WITHDRAWN: _l("Taken down"),
    },
    Prize: {
        Prize.FIRST: _l("First prize"),
        Prize.SECOND: _l("Second prize"),
        Prize.THIRD: _l("Third prize"),
        Prize.MERIT: _l("Merit award"),
    },
    ContestKind: {
        ContestKind.BEST_BUILDING: _l("Best building contest"),
        ContestKind.SHOW_YOUR_BEST: _l("Show your best"),
    },
    Subject: {
        Subject.BUILDING: _l("Buildings"),
        Subject.STAIRWELL: _l("Stairwells"),
        Subject.BALCONY: _l("Balconies"),
        Subject.COURTYARD: _l("Courtyards"),
        Subject.FAMILY: _l("Families"),
    },
    EntryState: {
        EntryState.WAITING: _l("Waits for review"),
        EntryState.PUBLISHED: _l("Takes part"),
        EntryState.RETURNED: _l("Sent back to be corrected"),
        EntryState.WITHDRAWN: _l("Withdrawn"),
    },
    VoteUnit: {
        VoteUnit.RESIDENT: _l("Each resident"),
        VoteUnit.HOUSEHOLD: _l("Each household"),
    },
    Channel: {
        Channel.ACCOUNT: _l("Signed in, on a phone"),
        Channel.STAFF: _l("Taken down by the staff"),
        Channel.CODE: _l("By the code of a household card"),
        Channel.PAPER: _l("On paper"),
    },
    Phase: {
        Phase.DRAFT: _l("Draft"),
        Phase.ANNOUNCED: _l("Announced"),
        Phase.ENTERING: _l("Taking entries"),
        Phase.BETWEEN: _l("Before judging and voting"),
        Phase.DECIDING: _l("Judging and voting"),
        Phase.NOTICE: _l("Result published for objections"),
        Phase.STANDING: _l("Result stands"),
        Phase.CANCELLED: _l("Cancelled"),
    },
    Mark: {
        Mark.WHOLE: _l("Done"),
        Mark.PARTLY: _l("Partly done"),
        Mark.EMPTY: _l("Not begun"),
        Mark.ASIDE: _l("Stepped aside"),
        Mark.BARRED: _l("Not yours to judge"),
    },
    DistinctionKind: {
        DistinctionKind.TRAINING: _l("Training"),
        DistinctionKind.AWARD: _l("Award"),
    },
}
"""By kind: members of two kinds may have the same value, and would be one key."""


def word(value: StrEnum) -> str:
    """What people call *value* in the language of the request."""
    return str(_WORDS[type(value)][value])


def say(message: Message) -> str:
    """A message of the domain in the language of the request."""
    values = {name: say(v) if isinstance(v, Message) else v for name, v in message.values.items()}
    return gettext(message.text, **values)
