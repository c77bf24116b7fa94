"""accounts: the first administrator, officers, roles, passwords."""

from sqlalchemy import func, select

from tests.factories import PASSWORD, make_account, make_subdistrict
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.people import accounts, roles, sessions
from volunteer_app.people.models import Account, Role

CREATE = ("accounts", "create", "--name", "周敏", "--phone", "+86 199 0000 0001", "--password-stdin")


def grants(phone: str) -> list[tuple[Role, int | None]]:
    return [(grant.role, grant.place_id) for grant in accounts.find(phone).grants]


def test_the_first_administrator(run):
    result = run(*CREATE, "--role", "administrator", said="a long password\n")
    assert (result.exit_code, result.stdout) == (0, "周敏 can sign in with 19900000001 now.\n")
    account = accounts.log_in("19900000001", "a long password", loopback=False)
    assert roles.is_administrator(account)
    assert grants("19900000001") == [(Role.ADMINISTRATOR, None)]
    assert db.session.scalars(select(AuditEntry.door).where(AuditEntry.action == "create")).all() == ["command"]


def test_an_officer_works_in_a_subdistrict(run):
    subdistrict = make_subdistrict("青云街道")
    result = run(*CREATE, "--role", "officer", "--subdistrict", "青云街道", said="a long password\n")
    assert result.exit_code == 0
    assert grants("19900000001") == [(Role.OFFICER, subdistrict.id)]


def test_refusals_are_one_line_and_write_nothing(run):
    for options, said, expected in (
        (("--role", "officer"), "a long password", "An officer works in a sub-district: name it with --subdistrict."),
        (
            ("--role", "officer", "--subdistrict", "无名街道"),
            "a long password",
            "There is no sub-district called 无名街道. Import its places first.",
        ),
        (
            ("--role", "administrator", "--subdistrict", "青云街道"),
            "a long password",
            "An administrator works everywhere: leave --subdistrict out.",
        ),
        (("--role", "administrator"), "short", "A password has at least 10 characters."),
    ):
        result = run(*CREATE, *options, said=f"{said}\n")
        assert (result.exit_code, result.stderr) == (1, f"{expected}\n")
    assert db.session.scalar(select(func.count(Account.id))) == 0


def test_a_second_account_for_a_phone_is_refused(run):
    make_account(phone="19900000001")
    result = run(*CREATE, "--role", "administrator", said="a long password\n")
    assert (result.exit_code, result.stderr) == (1, "There is an account for 19900000001 already.\n")


def test_passwords_are_never_arguments(run):
    result = run("accounts", "create", "--help")
    assert "--password-stdin" in result.stdout
    assert "--password " not in result.stdout


def test_granting(run):
    subdistrict = make_subdistrict("青云街道")
    make_account("钱晓岚", Role.ADMINISTRATOR, phone="19900000002")
    result = run("accounts", "grant", "--phone", "19900000002", "--role", "officer", "--subdistrict", "青云街道")
    assert (result.exit_code, result.stdout) == (0, "钱晓岚 has the role now.\n")
    assert grants("19900000002") == [(Role.ADMINISTRATOR, None), (Role.OFFICER, subdistrict.id)]


def test_a_new_password_ends_sessions_and_locks(run):
    account = make_account("钱晓岚", phone="19900000002", failed_logins=3)
    key = sessions.start(account, device="a phone")
    result = run("accounts", "reset-password", "--phone", "19900000002", "--password-stdin", said="another password\n")
    assert (result.exit_code, result.stdout) == (
        0,
        "The new password of 钱晓岚 holds now; all devices are signed out.\n",
    )
    assert (sessions.find(key, loopback=False), account.failed_logins) == (None, 0)
    assert accounts.log_in("19900000002", "another password", loopback=False) == account
    assert PASSWORD != "another password"


def test_an_unknown_phone(run):
    result = run("accounts", "reset-password", "--phone", "19900000009", "--password-stdin", said="another password\n")
    assert (result.exit_code, result.stderr) == (1, "There is no account for 19900000009.\n")


def test_starting_somebodys_second_factor_anew(run):
    account = make_account("钱晓岚", phone="19900000002", totp_secret="A" * 32)
    key = sessions.start(account, device="a phone", second_factor=True)
    result = run("accounts", "reset-second-factor", "--phone", "19900000002")
    assert (result.exit_code, result.stdout) == (
        0,
        "钱晓岚 signs in with the password alone now, and sets it up anew.\n",
    )
    assert (account.totp_secret, sessions.find(key, loopback=False)) == (None, None)
    assert db.session.scalars(select(AuditEntry.door).where(AuditEntry.action == "reset second factor")).all() == [
        "command"
    ]
    result = run("accounts", "reset-second-factor", "--phone", "19900000002")
    assert (result.exit_code, result.stderr) == (1, "This account has no second factor.\n")


def test_a_role_isnt_given_twice(run):
    make_account("周敏", Role.ADMINISTRATOR, phone="19900000001")
    result = run("accounts", "grant", "--phone", "19900000001", "--role", "administrator")
    assert (result.exit_code, result.stderr) == (1, "This person has the role at that time already.\n")
