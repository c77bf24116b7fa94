"""The demo's logins, and whether a database is a demo."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select

from ..database import db
from ..people import accounts
from ..people.models import Account, Role, Sex
from ..places.models import Place

PASSWORD = "qinghe-welcome"  # noqa: S105 - no secret: it's printed, and such accounts work on the loopback address alone


@dataclass(frozen=True)
class Login:
    """Somebody who can sign in to the demo; *role* is None for a volunteer, a cadre or a judge."""

    role: Role | None
    name: str
    phone: str
    sex: Sex


ADMINISTRATOR = Login(Role.ADMINISTRATOR, "周以宁", "19900000001", Sex.FEMALE)
OFFICER = Login(Role.OFFICER, "钱晓岚", "19900000002", Sex.FEMALE)
LEADER = Login(Role.LEADER, "赵国栋", "19900000003", Sex.MALE)
VOLUNTEER = Login(None, "孙桂兰", "19900000004", Sex.FEMALE)
OUTSIDER = Login(Role.OFFICER, "吴海平", "19900000005", Sex.MALE)
"""Works in the second sub-district, and must see nothing of the first."""
SECRETARY = Login(Role.SECRETARY, "沈佳宁", "19900000006", Sex.FEMALE)
CADRE = Login(None, "郑思远", "19900000007", Sex.MALE)
"""Gives a compound three hours a week."""
JUDGE = Login(None, "何启明", "19900000008", Sex.MALE)
"""Sits on the panel of a contest that is being decided."""
LOGINS = (ADMINISTRATOR, OFFICER, LEADER, VOLUNTEER, OUTSIDER, SECRETARY, CADRE, JUDGE)

_answers: WeakKeyDictionary[Engine, bool] = WeakKeyDictionary()


def present() -> bool:
    """Whether the database is a demo: every page of one says so.

    Asked once a process: only an empty database can become a demo, so the answer stands from the first account on.
    """
    known = _answers.get(db.engine)
    if known is None:
        known = db.session.scalar(select(Account.demo).order_by(Account.demo.desc()).limit(1))
        if known is not None:
            _answers[db.engine] = known
    return bool(known)


def make(login: Login, subdistrict: Place | None = None) -> Account:
    """Make the account of *login*; a leader's role is given with the team."""
    return accounts.create(
        name=login.name,
        phone=login.phone,
        password=PASSWORD,
        role=None if login.role is Role.LEADER else login.role,
        subdistrict=subdistrict,
        demo=True,
    )
