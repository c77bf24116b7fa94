"""A round that is judged now by whoever walks, for the walk through a judge's pages and the panel's."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select
from werkzeug.routing import Rule

from tests.contests.factories import make_entry, make_judge, make_round, make_sheet
from tests.factories import make_building
from volunteer_app import clock
from volunteer_app.contests.models import Round
from volunteer_app.database import db
from volunteer_app.people.models import Account, Person
from volunteer_app.places.models import Place

JUDGED = "正在评的一期"
BLUEPRINTS = ("contest_judging", "contest_panel")


def filled(rule: Rule, account: Account | None, compound: Place) -> Iterator[dict[str, object]]:
    """What stands in the addresses of these pages.

    Args:
        account: who walks; they are on the panel, with sheets of each kind.
    """
    assert rule.arguments == {"slug"}
    yield {"slug": a_judged_round(account and account.person, compound).slug}


def a_judged_round(person: Person | None, compound: Place) -> Round:
    """The round; the first walk of each person makes theirs."""
    name = f"{JUDGED}{person.id if person else ''}"
    found = db.session.scalar(select(Round).where(Round.name == name))
    if found is None:
        today, week = clock.today(), timedelta(days=7)
        found = make_round(
            db.session.get_one(Place, compound.subdistrict_id),
            name,
            entries_from=today - week,
            entries_until=today - timedelta(days=1),
            judging_from=today,
            judging_until=today + week,
        )
        building = make_building(compound)
        whole, partly, aside, _, own = (make_entry(found, f"第{number}单元", place=building) for number in range(1, 6))
        judge = make_judge(found, "评委甲", person=person)
        make_judge(found, "评委乙", withdrawn_at=clock.now())
        make_sheet(judge, whole)
        make_sheet(judge, partly, {"环境卫生": 40}, veto_reason="11月9日楼道失火", note="再看一次")
        make_sheet(judge, aside, recused_reason="住在这里")
        own.person_id = judge.person_id
        db.session.commit()
    return found
