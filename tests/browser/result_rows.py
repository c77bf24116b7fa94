"""The demo's closed round, with an objection, and its role models: for the walk through their pages."""

from collections.abc import Iterator

from sqlalchemy import select
from werkzeug.routing import Rule

from volunteer_app import clock
from volunteer_app.contests import windows
from volunteer_app.contests.models import Entry, Objection, Round
from volunteer_app.contests.outcome import standings
from volunteer_app.contests.role_models import queries
from volunteer_app.contests.role_models.models import RoleModel, RoleModelState
from volunteer_app.database import db
from volunteer_app.demo import logins
from volunteer_app.people import accounts
from volunteer_app.places.models import Place
from volunteer_app.teams.models import Team

BLUEPRINTS = ("contest_corrections", "contest_results", "role_model_review", "role_models")
NOMINATED = ("role_model_review.declining", "role_model_review.photo", "role_model_review.supports")
"""Pages about a nomination that isn't decided yet."""


def filled(rule: Rule, *, of_team: bool) -> Iterator[dict[str, object]]:
    """What stands in the addresses of these pages.

    Args:
        of_team: whether whoever walks may nominate in the leader's team.
    """
    if "/role-models/" in str(rule):
        yield from of_role_models(rule, of_team=of_team)
        return
    closed = a_closed_round()
    if "entry_slug" in rule.arguments:
        yield {"slug": closed.slug, "entry_slug": standings.of(closed).winners[0].entry.slug}
        return
    yield {"slug": closed.slug}
    if rule.endpoint == "contest_results.show":
        running = (it for it in db.session.scalars(select(Round)) if not windows.is_closed(it, at=clock.now()))
        yield from ({"slug": it.slug} for it in running if it.published_at)


def of_role_models(rule: Rule, *, of_team: bool) -> Iterator[dict[str, object]]:
    """A nomination, and for its story one that is published, too."""
    if rule.endpoint == "role_models.nomination":
        yield {}
        yield from [{"team": own_team().slug}] if of_team else []
    if "slug" not in rule.arguments:
        return
    if rule.endpoint == "role_models.show":
        shown = select(RoleModel.slug).where(queries.shown()).order_by(RoleModel.id)
        yield from ({"slug": it} for it in db.session.scalars(shown))
    # It's about a team: the volunteer, whom the matrix lets in as the one it's about, has none of their own here.
    if of_team and (rule.endpoint in NOMINATED or rule.endpoint == "role_model_review.withdrawal"):
        yield {"slug": a_nomination().slug}


def a_closed_round() -> Round:
    """A round whose result can be read, with an objection that waits for its answer."""
    rounds = db.session.scalars(select(Round).order_by(Round.id))
    closed = next(it for it in rounds if windows.is_closed(it, at=clock.now()))
    if not db.session.scalar(select(Objection.id).where(Objection.round_id == closed.id).limit(1)):
        entry = db.session.scalars(select(Entry).where(Entry.round_id == closed.id).limit(1)).one()
        text = "二号楼的楼道那天还堆着纸箱，请再看一次。"
        values = {"name": "孟芳", "phone": "19900000777", "made_at": clock.now()}
        db.session.add(Objection(round_id=closed.id, entry_id=entry.id, text=text, **values))
        db.session.commit()
    return closed


def own_team() -> Team:
    """The team of the demo's leader."""
    leader = accounts.find(logins.LEADER.phone)
    return db.session.scalars(select(Team).where(Team.leader_id == leader.person_id)).one()


def a_nomination() -> RoleModel:
    """One of the leader's whole team that nobody has decided yet."""
    team = own_team()
    waiting = RoleModel.team_id == team.id, RoleModel.state == RoleModelState.NOMINATED
    found = db.session.scalar(select(RoleModel).where(*waiting).limit(1))
    if found is None:
        place = db.session.get_one(Place, team.place_id)
        found = RoleModel(
            subdistrict_id=place.subdistrict_id,
            place_id=place.id,
            team_id=team.id,
            title="年度优秀志愿服务队",
            story="每周为独居老人送餐、理发、修水电，一年没有中断。",
            nominated_on=clock.today(),
            by_id=accounts.find(logins.LEADER.phone).id,
        )
        db.session.add(found)
        db.session.commit()
    return found
