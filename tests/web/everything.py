"""One row of everything that an address can name, around the cast's team: for tests that open every page."""

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from werkzeug.routing import Rule

from tests.contests.factories import make_entry, make_judge, make_round
from tests.factories import (
    Cast,
    make_activity,
    make_assignment,
    make_building,
    make_pairing,
    make_person,
    make_sign_up,
    make_venue,
    make_visit,
)
from volunteer_app import clock
from volunteer_app.activities.attendance import self_check_in
from volunteer_app.activities.models import ActivityState, PlanningRun, SheetPhoto
from volunteer_app.activities.signing import receipts
from volunteer_app.activities.year.models import AnchorKind, ThemeAnchor, ThemeMove
from volunteer_app.contests.models import Channel, EntryPhoto, EntryState, Objection, VoteUnit
from volunteer_app.contests.role_models.models import RoleModel
from volunteer_app.contests.voting.models import PaperBallot
from volunteer_app.database import db
from volunteer_app.duty.models import Leave, PlannedVisit, VisitPhoto
from volunteer_app.notifications import outbox
from volunteer_app.notifications.models import NoticeKind
from volunteer_app.people.models import AccountRequest, AccountSession, FamilyMember
from volunteer_app.photos.models import Photo
from volunteer_app.places.models import VenueBlock
from volunteer_app.service.models import Certificate, Distinction, DistinctionKind, ServiceRecord
from volunteer_app.teams.models import Membership, MembershipRequest
from volunteer_app.workdays import SpecialDay, SpecialKind

TOKEN = "t" * 43
"""Of the receipt, and of the certificate."""
QUERIES = {
    "contest_rounds.new": "template=balcony",
    "contest_rounds.add": "template=balcony",
    "place_desk.new": "place={place}",
    "place_desk.add": "place={place}",
    "planning.new": "team={slug}",
    "planning.add": "team={slug}",
    "role_models.nomination": "team={slug}",
    "role_models.nominate": "team={slug}",
    "grants.add": "role=liaison",
    "grants.give": "role=liaison",
    "reports.rows": "figure=people",
}
"""What a page needs to know beside its address."""
BEGUN = ("attendance", "corrections", "self_check_in", "sheet", "sheet_photos")
"""Blueprints whose pages are about an activity that has begun."""

VOTING = ("contest_voting", "contest_ballots", "household_cards")
"""Blueprints whose pages are about a round in which votes are given."""
JUDGING = ("contest_judging", "contest_panel")
"""Blueprints whose pages are about a round that is judged now, by the volunteer."""
DECIDING = ("role_model_review.decline", "role_model_review.publish", "role_model_review.withdraw")
"""What decides a role model, each one of its own."""
RESULTS = ("contest_results", "contest_corrections")
"""Blueprints whose pages are about a round that is closed."""

OFFICE_DUTY = ("duty_desk", "duty_account")
"""Blueprints whose pages are about a visit that waits for the office, and its cadre."""


@dataclass(frozen=True)
class Everything:
    """What an address is filled with."""

    values: dict[str, str]
    begun: int
    """An activity that has begun."""

    def address(self, rule: Rule) -> str:
        """The address of *rule* about these rows."""
        filled = re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda match: self.value(rule, match[1]), str(rule))
        query = QUERIES.get(rule.endpoint)
        return f"{filled}?{query.format(**self.values)}" if query else filled

    def value(self, rule: Rule, name: str) -> str:
        """What stands at *name* in the address of *rule*."""
        blueprint = rule.endpoint.partition(".")[0]
        if rule.endpoint.startswith("contest_calls."):
            return self.values["contest_notice"]
        if name == "activity_id" and blueprint in BEGUN:
            return str(self.begun)
        if name == "request_id":
            return self.values["account_request" if blueprint == "registration" else "membership_request"]
        if name == "slug" and blueprint == "blocks":
            return self.values["venue"]
        if name == "slug" and "/places/" in str(rule):
            return self.values["place"]
        if name == "slug" and blueprint in VOTING:
            return self.values["voted"]
        if blueprint in JUDGING and name in ("slug", "entry_slug"):
            return self.values[f"judged_{name}"]
        if rule.endpoint == "contest_corrections.put_back" and name == "entry_slug":
            return self.values["taken_out"]
        if blueprint in RESULTS and name in ("slug", "entry_slug"):
            return self.values[f"decided_{name}"]
        if name == "slug" and "/role-models/" in str(rule):
            # What decides one leaves the others as they are: the other pages come after it.
            return self.values[rule.endpoint if rule.endpoint in DECIDING else "role_model"]
        if name == "slug" and "/contests/" in str(rule):
            return self.values["contest"]
        if name == "photo_id" and blueprint == "entry_photos":
            return self.values["entry_photo"]
        if name == "slug" and blueprint == "theme_feeds":
            return self.values["office"]
        if rule.endpoint == "duty.remove":
            # The other pages of visits come after it.
            return self.values["visit_to_discard"]
        if name == "photo_id" and blueprint == "visit_photos":
            return self.values["visit_photo"]
        if name == "file_format" and blueprint == "own_data":
            return "json"
        if blueprint in OFFICE_DUTY and f"office_{name}" in self.values:
            return self.values[f"office_{name}"]
        return self.values[name]


def make_everything(cast: Cast) -> Everything:
    """Make one row of each kind: the volunteer has signed up, is in a family, has a receipt, and is a cadre."""
    coming = make_activity(cast.team, "义务理发", places=3)
    begun = make_activity(cast.team, "清洁楼道", places=3, starts_at=clock.now() - timedelta(minutes=30))
    draft = make_activity(cast.team, starts_at=clock.now() + timedelta(days=3), state=ActivityState.DRAFT)
    volunteer = cast.volunteer.person
    sign_up = make_sign_up(coming, volunteer)
    make_sign_up(begun, volunteer)
    receipts.make(sign_up, token=TOKEN, nonce="n" * 32, device="d")
    notice = outbox.tell(NoticeKind.MOVED, person_id=volunteer.id, activity_id=coming.id, sign_up_id=sign_up.id)
    pairing = make_pairing(volunteer, cast.compound)
    visit, to_discard = (make_visit(pairing, starts_at=clock.now() - timedelta(hours=n)) for n in (2, 4))
    of_cadre = {"subdistrict_id": cast.subdistrict.id, "person_id": volunteer.id}
    asked = {"asked_at": clock.now()}
    venue, week = make_venue(cast.compound), timedelta(days=7)
    hours = {"starts_at": clock.now() + week, "ends_at": clock.now() + 2 * week}
    round = make_round(cast.subdistrict, entries_until=clock.today(), judging_from=None, judging_until=None)
    entry = make_entry(round, place=make_building(cast.compound), person=volunteer, state=EntryState.WAITING)
    open_until = {"voting_until": clock.today() + timedelta(days=9)}
    voted = make_round(cast.subdistrict, paper=True, channel=Channel.CODE, vote_unit=VoteUnit.HOUSEHOLD, **open_until)
    block = make_building(cast.compound)
    choices = [make_entry(voted, place=block) for _ in range(2)]
    judged = make_round(cast.subdistrict, judging_from=clock.today(), judging_until=clock.today())
    to_judge = make_entry(judged, place=make_building(cast.compound))
    judge = make_judge(judged, person=volunteer)
    decided = make_round(cast.subdistrict)
    won = make_entry(decided, place=make_building(cast.compound))
    taken_out = make_entry(
        decided, place=make_building(cast.compound), state=EntryState.WITHDRAWN, decided_at=clock.now()
    )
    rows = {
        "block_id": VenueBlock(venue_id=venue.id, reason="检修", **hours),
        "notice_id": notice,
        "contest_notice": outbox.tell(
            NoticeKind.ENTRY_RETURNED,
            person_id=volunteer.id,
            place_id=entry.place_id,
            values={"round": round.slug, "entry": entry.slug},
        ),
        "photo_id": SheetPhoto(activity_id=begun.id, photo=Photo(width=40, height=20, made_at=clock.now())),
        "session_id": AccountSession(account_id=cast.volunteer.id, key_hash="k", started_at=clock.now()),
        "member_id": FamilyMember(account_id=cast.leader.id, person_id=make_person("赵小妹").id, since=clock.now()),
        "account_request": AccountRequest(
            subdistrict_id=cast.subdistrict.id, name="何静", phone="19900008888", **asked
        ),
        "membership_request": MembershipRequest(team_id=cast.team.id, person_id=cast.officer.person_id, **asked),
        "planned_id": PlannedVisit(
            **of_cadre,
            compound_id=cast.compound.id,
            starts_at=clock.now() - timedelta(hours=6),
            ends_at=clock.now() - timedelta(hours=5),
            changed_at=clock.now(),
        ),
        "leave_id": Leave(**of_cadre, since=clock.today(), until=clock.today()),
        "visit_photo": VisitPhoto(visit_id=visit.id, photo=Photo(width=40, height=20, made_at=clock.now())),
        "ballot_id": PaperBallot(
            round_id=voted.id,
            building_id=block.id,
            door="1-101",
            first_entry_id=choices[0].id,
            first_by_id=cast.secretary.id,
            first_at=clock.now(),
            second_entry_id=choices[1].id,
            second_by_id=cast.officer.id,
            second_at=clock.now(),
        ),
        "objection_id": Objection(
            round_id=decided.id, name="孟芳", phone="19900007777", text="票数不对", made_at=clock.now()
        ),
        "role_model_id": nomination(cast, photo=Photo(width=40, height=20, made_at=clock.now())),
        **{endpoint: nomination(cast) for endpoint in DECIDING},
        "entry_photo": EntryPhoto(entry_id=entry.id, photo=Photo(width=40, height=20, made_at=clock.now())),
        "run_id": PlanningRun(
            subdistrict_id=cast.subdistrict.id,
            since=clock.today(),
            until=clock.today(),
            made=1,
            made_at=clock.now(),
            by_id=cast.leader.id,
        ),
        "anchor_id": ThemeAnchor(
            subdistrict_id=cast.subdistrict.id,
            theme_id=coming.theme_id,
            kind=AnchorKind.DAY,
            month=clock.today().month,
            day=clock.today().day,
        ),
        "record_id": ServiceRecord(
            subdistrict_id=cast.subdistrict.id,
            person_id=volunteer.id,
            team_id=cast.team.id,
            content="送餐",
            starts_at=clock.now() - timedelta(days=3),
            ends_at=clock.now() - timedelta(days=3, hours=-1),
            minutes=60,
            entered_at=clock.now(),
            by_id=cast.leader.id,
        ),
        "distinction_id": Distinction(
            subdistrict_id=cast.subdistrict.id,
            person_id=volunteer.id,
            kind=DistinctionKind.AWARD,
            title="年度志愿者",
            day=clock.today(),
        ),
        "certificate_id": Certificate(
            serial="2020-0001-000001",
            token_hash=hashlib.sha256(TOKEN.encode()).hexdigest(),
            subdistrict_id=cast.subdistrict.id,
            person_id=volunteer.id,
            issuer_id=cast.community.id,
            until=clock.today(),
            records=0,
            digest="d" * 64,
            minutes=0,
            issued_on=clock.today(),
            handler_id=cast.secretary.id,
        ),
        "day": SpecialDay(day=clock.today(), kind=SpecialKind.HOLIDAY, name="社区日"),
    }
    db.session.add_all(rows.values())
    db.session.flush()
    db.session.add(ThemeMove(anchor_id=rows["anchor_id"].id, anchored_on=clock.today()))
    cadre = make_pairing(make_person("郑海"), cast.compound)
    waiting = make_visit(cadre)
    membership = db.session.query(Membership).filter_by(person_id=volunteer.id).one()
    values = {name: str(row.id) for name, row in rows.items() if name != "day"}
    values |= {
        "activity_id": str(coming.id),
        "draft_id": str(draft.id),
        "shift_id": str(coming.shifts[0].id),
        "sign_up_id": str(sign_up.id),
        "visit_id": str(visit.id),
        "visit_to_discard": str(to_discard.id),
        "theme_id": str(coming.theme_id),
        "grant_id": str(cast.secretary.grants[0].id),
        "membership_id": str(membership.id),
        "person_id": str(volunteer.id),
        "slug": cast.team.slug,
        "place": cast.compound.slug,
        "office": cast.subdistrict.slug,
        "contest": round.slug,
        "voted": voted.slug,
        "building": block.slug,
        "judged_slug": judged.slug,
        "judged_entry_slug": to_judge.slug,
        "judge_id": str(judge.id),
        "decided_slug": decided.slug,
        "decided_entry_slug": won.slug,
        "taken_out": taken_out.slug,
        "role_model": rows["role_model_id"].slug,
        **{endpoint: rows[endpoint].slug for endpoint in DECIDING},
        "entry_slug": entry.slug,
        "venue": venue.slug,
        "token": TOKEN,
        "day": clock.today().isoformat(),
        "anchored_on": clock.today().isoformat(),
        "kind": "building",
        "ledger": "02-teams",
        "file_format": "csv",
        "purpose": "sign_up",
        "code": self_check_in.code(begun, secret=current_app.config["SECRET_KEY"].encode()),
        "grouping": "teams",
        "filename": "style.css",
        "pairing_id": str(cadre.id),
        "assignment_id": str(make_assignment(cast.compound).id),
        "office_visit_id": str(waiting.id),
        "office_person_id": str(cadre.person_id),
        "office_week": str(clock.Week.this()),
    }
    return Everything(values, begun.id)


def nomination(cast: Cast, photo: Photo | None = None) -> RoleModel:
    """The volunteer as a role model, nominated by the leader."""
    return RoleModel(
        subdistrict_id=cast.subdistrict.id,
        place_id=cast.compound.id,
        team_id=cast.team.id,
        person_id=cast.volunteer.person_id,
        title="最美志愿者",
        story="十年如一日清扫楼道。",
        photo=photo,
        nominated_on=clock.today(),
        by_id=cast.leader.id,
    )
