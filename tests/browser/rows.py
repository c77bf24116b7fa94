"""Rows of the demo to fill addresses with: for each page those that are as different as can be, of each role's own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from io import BytesIO

from flask import current_app
from PIL import Image
from sqlalchemy import Select, select
from werkzeug.routing import Rule

from tests.factories import make_assignment, make_pairing, make_person, make_sign_up, make_visit
from volunteer_app import clock
from volunteer_app.activities.attendance import self_check_in
from volunteer_app.activities.models import (
    Activity,
    ActivityState,
    Attendance,
    PlanningRun,
    SheetPhoto,
    Shift,
    SignUp,
    SignUpState,
    Theme,
)
from volunteer_app.activities.planning import runs
from volunteer_app.activities.queries import Wanted, listed
from volunteer_app.activities.signing import receipts
from volunteer_app.activities.year import anchors
from volunteer_app.activities.year.models import AnchorKind, ThemeAnchor
from volunteer_app.backups.archive import UPLOADS
from volunteer_app.database import db
from volunteer_app.demo import logins
from volunteer_app.demo.logins import Login
from volunteer_app.duty import planned
from volunteer_app.duty.models import Assignment, Pairing, PlannedVisit, Visit, VisitPhoto, VisitState
from volunteer_app.people import accounts
from volunteer_app.people.models import Account, AccountRequest, Role, RoleGrant
from volunteer_app.people.roles import scope
from volunteer_app.photos import keeping
from volunteer_app.photos.taking import take
from volunteer_app.places import queries
from volunteer_app.places.models import Place, PlaceKind
from volunteer_app.service import certificates
from volunteer_app.service.models import Certificate, ServiceRecord
from volunteer_app.teams.models import Membership, Team
from volunteer_app.web.certificates import seal

from . import entry_rows, judging_rows, result_rows, round_rows, vote_rows

TOKEN = "w" * 43
"""Of the receipt that a walk opens."""
FIGURES = (
    *("attendances", "people", "held", "cancelled", "idle_teams", "members", "compounds", "buildings", "no_shows"),
    *("assignments", "compounds_fully_staffed", "cadres", "visits", "cadre_weeks_due", "leaves"),
)
"""Figures whose rows are walked: one of each kind of row."""
PHASES = {
    "attendance.index": ("running", "over", "closed", "coming"),
    "sign_ups.index": ("full", "closed"),
    "sheet.show": ("running", "over", "coming"),
    "sheet.entry": ("running", "over"),
    "sheet.names": ("running", "closed"),
    "sheet_photos.index": ("closed", "running"),
    "self_check_in.show": ("running", "closed"),
    "corrections.addition": ("closed",),
    "corrections.show": ("closed",),
    "publications.removal": ("draft",),
    "publications.copy": ("coming", "draft"),
}
"""Which activities a page is about; those to come, where nothing is said."""

Values = dict[str, object]


@dataclass
class Rows:
    """What a role's pages are about."""

    login: Login | None

    @cached_property
    def account(self) -> Account | None:
        """Whose pages they are."""
        return accounts.find(self.login.phone) if self.login else None

    @cached_property
    def team(self) -> Team:
        """The team of the demo's leader."""
        leader = accounts.find(logins.LEADER.phone)
        return db.session.scalars(select(Team).where(Team.leader_id == leader.person_id)).one()

    def own(self, query: Select[tuple[int]]) -> Select[tuple[int]]:
        """*query* over activities, for the leader those of their team alone."""
        if self.login and self.login.role is Role.LEADER:
            return query.where(Activity.team_id == self.team.id)
        return query.where(Activity.subdistrict_id == self.team.subdistrict_id)

    def activities(self, phase: str, most: int = 1) -> list[int]:
        """Activities of a phase."""
        now = clock.now()
        published = Activity.state == ActivityState.PUBLISHED
        chosen = {
            "draft": (Activity.state == ActivityState.DRAFT,),
            "coming": (published, Activity.starts_at > now),
            "full": (published, Activity.starts_at > now, Activity.id.in_(waiting())),
            "running": (Activity.starts_at < now, Activity.ends_at > now, Activity.closed_at.is_(None)),
            "over": (Activity.state != ActivityState.CANCELLED, Activity.ends_at < now, Activity.closed_at.is_(None)),
            "closed": (Activity.closed_at.is_not(None), Activity.id.in_(select(Attendance.activity_id))),
        }[phase]
        query = self.own(select(Activity.id).where(*chosen))
        return list(db.session.scalars(query.order_by(Activity.starts_at).limit(most)))

    def sign_ups(self, endpoint: str) -> list[int]:
        """The account's own sign-ups, for the demo's volunteer one of each state; or one of somebody whom it keeps."""
        query = select(SignUp.id).join(SignUp.shift).join(Activity).where(Activity.starts_at > clock.now())
        if endpoint == "sign_ups.release":
            return list(db.session.scalars(self.own(query).where(SignUp.state == SignUpState.CONFIRMED).limit(1)))
        person = self.account.person
        mine = query.where(SignUp.person_id == person.id)
        if self.login is logins.VOLUNTEER and not db.session.scalar(mine.limit(1)):
            for state, number in zip(SignUpState, self.activities("coming", most=3), strict=True):
                make_sign_up(db.session.get_one(Activity, number), person, state)
            db.session.commit()
        return list(db.session.scalars(mine))

    def people(self, endpoint: str) -> list[int]:
        """Somebody whom the account may see."""
        if endpoint.startswith("own_data."):
            return [self.account.person_id]
        if self.login is logins.LEADER:
            return [self.membership().person_id]
        return [accounts.find(logins.VOLUNTEER.phone).person_id]

    def membership(self) -> Membership:
        """A member of the leader's team."""
        query = select(Membership).where(Membership.team_id == self.team.id, Membership.until.is_(None))
        return db.session.scalars(query.order_by(Membership.id.desc()).limit(1)).one()

    def receipt(self) -> str:
        """The private link of a sign-up without an account; the demo has none, so the first walk makes it."""
        if receipts.find(TOKEN) is None:
            query = select(SignUp).join(SignUp.shift).join(Activity).where(Activity.starts_at > clock.now())
            sign_up = db.session.scalars(query.where(SignUp.state == SignUpState.CONFIRMED).limit(1)).one()
            receipts.make(sign_up, token=TOKEN, nonce="w" * 32, device="w")
            db.session.commit()
        return TOKEN

    def certificate(self) -> Certificate:
        """A certificate of the demo's volunteer; the demo has none, so the first walk makes it."""
        person = accounts.find(logins.VOLUNTEER.phone).person
        found = db.session.scalar(select(Certificate).where(Certificate.person_id == person.id))
        if found is None:
            issuer = db.session.scalars(select(Place).where(Place.slug == slugs()[PlaceKind.COMMUNITY])).one()
            by = accounts.find(logins.OFFICER.phone)
            found = certificates.issue(person, None, clock.today(), issuer=issuer, by=by, key="w" * 64, sealed=seal)
            db.session.commit()
        return found

    def record(self) -> int:
        """A service record of the leader's team that waits; the demo has none, so the first walk makes it."""
        found = db.session.scalar(select(ServiceRecord.id).where(ServiceRecord.team_id == self.team.id))
        if found is None:
            begun = clock.now() - timedelta(days=2)
            row = ServiceRecord(
                subdistrict_id=self.team.subdistrict_id,
                person_id=self.membership().person_id,
                team_id=self.team.id,
                content="送餐",
                starts_at=begun,
                ends_at=begun + timedelta(hours=1),
                minutes=60,
                entered_at=clock.now(),
            )
            db.session.add(row)
            db.session.commit()
            return row.id
        return found

    def anchor(self) -> ThemeAnchor:
        """A theme of the year with a day of its own."""
        its = ThemeAnchor.subdistrict_id == self.team.subdistrict_id, ThemeAnchor.kind == AnchorKind.DAY
        return db.session.scalars(select(ThemeAnchor).where(*its).order_by(ThemeAnchor.id).limit(1)).one()

    def run(self) -> int:
        """A week made in one go; the demo has none, so the first walk of each account makes it."""
        found = db.session.scalar(select(PlanningRun.id).where(PlanningRun.by_id == self.account.id))
        if found is None:
            week = clock.Week.this().shifted(20)
            run, _ = runs.make(
                self.team.subdistrict, week.monday, week.sunday, reach=scope(self.account), by=self.account.id
            )
            db.session.commit()
            return run.id
        return found

    def pairing(self) -> Pairing:
        """A pairing of the office; where the demo has none, the first walk makes it."""
        query = select(Pairing).where(Pairing.subdistrict_id == self.team.subdistrict_id).order_by(Pairing.id)
        found = db.session.scalars(query.limit(1)).first()
        if found is None:
            found = make_pairing(make_person("郑海"), self.compound)
            db.session.commit()
        return found

    def visit(self) -> Visit:
        """A visit that waits for the office, as another one."""
        states = Visit.state == VisitState.WAITING, Visit.ends_at.is_not(None)
        query = select(Visit).where(Visit.subdistrict_id == self.team.subdistrict_id, *states).order_by(Visit.id)
        found = db.session.scalars(query.limit(1)).first()
        if found is None:
            found = make_visit(self.pairing(), what="入户走访三户独居老人", problems_solved=1)
            db.session.commit()
        return found

    def assignment(self) -> Assignment:
        """Who of a force answers for a compound, as another one."""
        of_office = Assignment.subdistrict_id == self.team.subdistrict_id
        found = db.session.scalars(select(Assignment).where(of_office).order_by(Assignment.id).limit(1)).first()
        if found is None:
            found = make_assignment(self.compound, unit="协管三中队")
            db.session.commit()
        return found

    @property
    def compound(self) -> Place:
        """The compound whose page is walked."""
        return queries.by_slug(slugs()[PlaceKind.COMPOUND])


def waiting() -> Select[tuple[int]]:
    """Activities with a waiting list."""
    return select(Shift.activity_id).join(SignUp).where(SignUp.state == SignUpState.WAITING)


def addresses(rule: Rule, rows: Rows, *, most: int | None) -> list[str]:
    """The addresses of one rule; at most so many for one argument, None for all."""
    return [rule.build(values, append_unknown=True)[1] for values in list(filled(rule, rows))[:most]]


def filled(rule: Rule, rows: Rows) -> Iterator[Values]:
    """What stands in the addresses of *rule*, and what they ask beside it."""
    match rule.endpoint:
        case "reports.rows":
            yield from ({"figure": figure} for figure in FIGURES)
        case "reports.table":
            yield from ({"grouping": grouping} for grouping in ("teams", "themes", "weeks"))
        case "activities.show":
            yield from ({"activity_id": number} for number in one_of_each_offer(rows))
        case "corrections.show":
            for number in rows.activities("closed"):
                came = select(Attendance.person_id).where(Attendance.activity_id == number).limit(1)
                yield {"activity_id": number, "person_id": db.session.scalar(came)}
        case "sheet_photos.removal":
            number = rows.activities("closed")[0]
            yield {"activity_id": number, "photo_id": sheet_photo(number)}
        case "visit_photos.removal":
            visit = a_visit(VisitState.WAITING)
            yield {"visit_id": visit, "photo_id": visit_photo(visit)}
        case "duty.ending" | "duty.removal":
            yield {"visit_id": a_visit(None)}
        case "duty.edit" | "visit_photos.index":
            yield from ({"visit_id": a_visit(state)} for state in VisitState)
        case "duty_plan.edit":
            yield {"planned_id": a_planned_visit()}
        case _ if rule.endpoint.startswith(("duty.", "duty_plan.")):
            a_cadre()
            yield {}
        case _ if rule.endpoint.startswith(tuple(f"{name}." for name in judging_rows.BLUEPRINTS)):
            yield from judging_rows.filled(rule, rows.account, rows.compound)
        case _ if rule.endpoint.startswith(tuple(f"{name}." for name in result_rows.BLUEPRINTS)):
            # Lists have no argument.
            of_team = rows.login not in (None, logins.VOLUNTEER)
            filled = rule.arguments or rule.endpoint == "role_models.nomination"
            yield from result_rows.filled(rule, of_team=of_team) if filled else [{}]
        case _ if rule.endpoint.startswith(tuple(f"{name}." for name in entry_rows.BLUEPRINTS)):
            yield from entry_rows.filled(rule, guest=rows.login is None)
        case _ if rule.endpoint.startswith(tuple(f"{name}." for name in vote_rows.BLUEPRINTS)):
            yield from vote_rows.filled(rule)
        case _ if rule.endpoint.startswith(tuple(f"{name}." for name in round_rows.BLUEPRINTS)):
            yield from round_rows.filled(rule, guest=rows.login is None)
        case "theme_calendar.move":
            anchor = rows.anchor()
            (day, *_) = anchors.days(anchor, clock.today().year)
            yield {"anchor_id": anchor.id, "anchored_on": day.isoformat()}
        case "self_check_in.scan":
            for phase in ("running", "over", "coming"):
                yield from ({"activity_id": number, "code": code_of(number)} for number in rows.activities(phase))
        case "roster.ending":
            yield {"slug": rows.team.slug, "membership_id": rows.membership().id}
        case "own_data.withdrawal":
            yield from ({"person_id": rows.account.person_id, "purpose": purpose} for purpose in ("sign_up", "named"))
        case "place_desk.new":
            above = {PlaceKind.COMMUNITY: PlaceKind.SUBDISTRICT, PlaceKind.COMPOUND: PlaceKind.COMMUNITY}
            for kind in (PlaceKind.COMMUNITY, PlaceKind.COMPOUND, PlaceKind.BUILDING, PlaceKind.VENUE):
                yield {"kind": kind.value, "place": slugs()[above.get(kind, PlaceKind.COMPOUND)]}
        case "places.week_sheet":
            yield {"slug": slugs()[PlaceKind.COMPOUND]}
        case "planning.new":
            yield {}
            yield {"team": rows.team.slug}
        case "grants.add":
            yield {}
            yield {"role": "liaison"}
        case "duty_account.entries":
            visit = rows.visit()
            yield {"person_id": visit.person_id, "week": str(clock.Week.of(clock.local(visit.starts_at).date()))}
        case _ if not rule.arguments:
            yield {}
        case _:
            (argument,) = rule.arguments
            yield from ({argument: value} for value in one_argument(rule, argument, rows))


def one_argument(rule: Rule, argument: str, rows: Rows) -> list[object]:
    """What the one argument of a rule is filled with."""
    match argument:
        case "activity_id":
            phases = PHASES.get(rule.endpoint, ("coming",))
            return [number for phase in phases for number in rows.activities(phase)]
        case "shift_id":
            coming = select(Shift.id).where(Shift.activity_id.in_(rows.activities("coming")))
            return list(db.session.scalars(coming.limit(1)))
        case "sign_up_id":
            return list(rows.sign_ups(rule.endpoint))
        case "person_id":
            return list(rows.people(rule.endpoint))
        case "anchor_id":
            return [rows.anchor().id]
        case "theme_id":
            return list(
                db.session.scalars(select(Theme.id).where(Theme.subdistrict_id == rows.team.subdistrict_id).limit(1))
            )
        case "grant_id":
            return list(db.session.scalars(select(RoleGrant.id).where(RoleGrant.role == Role.SECRETARY).limit(1)))
        case "request_id":
            return list(db.session.scalars(select(AccountRequest.id).limit(1)))
        case "run_id":
            return [rows.run()]
        case "certificate_id":
            return [rows.certificate().id]
        case "record_id":
            return [rows.record()]
        case "token" if rule.endpoint == "certificates.verify":
            return [seal(rows.certificate().serial)]
        case "token":
            return [rows.receipt()]
        case "visit_id" if rule.endpoint.startswith("duty_desk."):
            return [rows.visit().id]
        case "pairing_id":
            return [rows.pairing().id]
        case "assignment_id":
            return [rows.assignment().id]
        case "slug" if rule.endpoint.startswith("assignments."):
            return [slugs()[PlaceKind.COMPOUND]]
        case "slug" if rule.endpoint.startswith("theme_feeds."):
            return [slugs()[PlaceKind.SUBDISTRICT]]
        case "slug" if "/teams/" in str(rule):
            return [rows.team.slug]
        case "slug" if rule.endpoint.startswith("blocks."):
            return [slugs()[PlaceKind.VENUE]]
        case "slug" if rule.endpoint == "place_desk.parent":
            return [slugs()[PlaceKind.COMPOUND], slugs()[PlaceKind.VENUE]]
        case "slug":
            return [slug for kind, slug in slugs().items() if kind is not PlaceKind.BUILDING]
    raise LookupError(f"{rule} asks for {argument}, and no row of the demo is chosen for it")


def code_of(activity_id: int) -> str:
    """The code that the leader's phone shows now."""
    secret = current_app.config["SECRET_KEY"].encode()
    return self_check_in.code(db.session.get_one(Activity, activity_id), secret=secret)


def sheet_photo(activity_id: int) -> int:
    """A photo of an activity's sheet; the demo has none, so the first walk makes it."""
    found = db.session.scalar(select(SheetPhoto.id).where(SheetPhoto.activity_id == activity_id))
    if found is None:
        uploads = current_app.config["SETTINGS"].instance / UPLOADS
        paper = BytesIO()
        Image.new("RGB", (320, 240), "white").save(paper, "PNG")
        photo = keeping.keep(take(paper.getvalue()), uploads, by=None)
        found = SheetPhoto(activity_id=activity_id, photo=photo)
        db.session.add(found)
        db.session.commit()
        return found.id
    return found


def a_cadre() -> Pairing:
    """The pairing of the demo's volunteer; the demo has none, so the first walk makes it."""
    person = accounts.find(logins.VOLUNTEER.phone).person
    found = db.session.scalar(select(Pairing).where(Pairing.person_id == person.id))
    if found is None:
        compound = db.session.scalars(select(Place).where(Place.slug == slugs()[PlaceKind.COMPOUND])).one()
        found = make_pairing(person, compound)
        db.session.commit()
    return found


def a_visit(state: VisitState | None) -> int:
    """A visit of theirs in a state; None for one that is going on."""
    pairing = a_cadre()
    query = select(Visit.id).where(Visit.person_id == pairing.person_id)
    running = Visit.ends_at.is_(None)
    found = db.session.scalar(query.where(running) if state is None else query.where(Visit.state == state, ~running))
    if found is None:
        days = 0 if state is None else 1 + list(VisitState).index(state)
        values = {"reason": "请写明走访了谁"} if state is VisitState.RETURNED else {}
        visit = make_visit(
            pairing,
            starts_at=clock.now() - timedelta(days=days, minutes=5),
            minutes=None if state is None else 95,
            state=state or VisitState.WAITING,
            what="入户走访独居老人",
            **values,
        )
        db.session.commit()
        return visit.id
    return found


def a_planned_visit() -> int:
    """A planned visit of theirs."""
    pairing = a_cadre()
    found = db.session.scalar(select(PlannedVisit.id).where(PlannedVisit.person_id == pairing.person_id))
    if found is None:
        hour = timedelta(hours=1)
        hours = clock.now() + hour, clock.now() + 3 * hour
        (row,) = planned.plan(pairing.person, pairing.compound, *hours, "走访", by=None)
        db.session.commit()
        return row.id
    return found


def visit_photo(visit_id: int) -> int:
    """A photo of a visit."""
    found = db.session.scalar(select(VisitPhoto.id).where(VisitPhoto.visit_id == visit_id))
    if found is None:
        uploads = current_app.config["SETTINGS"].instance / UPLOADS
        paper = BytesIO()
        Image.new("RGB", (320, 240), "white").save(paper, "PNG")
        row = VisitPhoto(visit_id=visit_id, photo=keeping.keep(take(paper.getvalue()), uploads, by=None))
        db.session.add(row)
        db.session.commit()
        return row.id
    return found


def one_of_each_offer(rows: Rows) -> list[int]:
    """An activity of each kind of offer; drafts are not for everyone."""
    offers = {}
    states = set(ActivityState) - ({ActivityState.DRAFT} if rows.login is None else set())
    for row in listed(Wanted(within=rows.team.subdistrict, states=tuple(states)), at=clock.now()):
        offers.setdefault(row.offer.kind, row.id)
    return list(offers.values())


def slugs() -> dict[PlaceKind, str]:
    """A place of each kind, in the large sub-district."""
    large = queries.subdistricts()[0]
    places = select(Place).where(Place.subdistrict_id == large.id).order_by(Place.id.desc())
    return {place.kind: place.slug for place in db.session.scalars(places)} | {PlaceKind.SUBDISTRICT: large.slug}
