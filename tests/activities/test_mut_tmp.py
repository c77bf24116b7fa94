import pytest
from sqlalchemy import false
from volunteer_app.activities import waiting, signups
from . import test_model as m

def mut_a(mp): mp.setattr(waiting, "_elsewhere_then", lambda shift: false())
def mut_b(mp):
    real = waiting.lock_around
    mp.setattr(waiting, "lock_around", lambda ids, leaving: [s for s in real(ids, leaving) if s.id in set(ids)])
def mut_c(mp): mp.setattr(waiting, "people_in", lambda ids, state: set())
def mut_d(mp): mp.setattr(waiting, "deadline", lambda a: a.starts_at)
@pytest.mark.parametrize("mut", [mut_b, mut_c, mut_d])
def test_mut(sqlite_app, cast, mut, monkeypatch):
    mut(monkeypatch)
    try:
        m.test_everything_agrees_with_a_plain_model(sqlite_app, cast, 80)
    except BaseException:
        return
    pytest.fail("not seen")
