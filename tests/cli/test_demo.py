"""demo: fills an empty database once."""

from sqlalchemy import func, select

from tests.factories import make_person
from volunteer_app.activities.models import Activity
from volunteer_app.database import db
from volunteer_app.demo import logins
from volunteer_app.people.models import Person


def test_an_empty_database_is_filled_and_the_logins_are_said(run):
    result = run("demo")
    assert result.exit_code == 0
    assert result.stdout.startswith("The demo is there: 63 teams, ")
    for login in logins.LOGINS:
        assert login.phone in result.stdout
    assert logins.PASSWORD in result.stdout
    assert db.session.scalar(select(func.count(Activity.id))) > 500


def test_a_database_with_data_is_left_alone(run):
    make_person()
    result = run("demo")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "This database isn't empty; the demo needs an empty one. Nothing was changed.\n"
    result = run("demo", "--if-empty")
    assert (result.exit_code, result.stdout) == (0, "The database isn't empty: nothing was done.\n")
    assert db.session.scalar(select(func.count(Person.id))) == 1


def test_a_second_start_keeps_the_demo_and_says_its_logins(run):
    run("demo")
    before = db.session.scalar(select(func.count(Activity.id)))
    result = run("demo", "--if-empty")
    assert result.exit_code == 0
    assert result.stdout.startswith("The database isn't empty: nothing was done.\n")
    assert logins.OFFICER.phone in result.stdout
    assert db.session.scalar(select(func.count(Activity.id))) == before
