"""``accounts``: logins and roles. Passwords are typed or piped in, never an argument that others could see."""

import sys

import click
from flask_babel import gettext

from .. import clock
from ..database import db
from ..errors import N_, BadInput, Refused
from ..people import accounts as logins
from ..people import credentials, granting, totp
from ..people.models import Account, Role
from ..places.models import Place
from .arguments import subdistrict_named
from .schema import bring_up_to_date

ROLES = (Role.ADMINISTRATOR, Role.OFFICER)
"""Roles which the command line gives; the others belong to a team or a compound and are given on its page."""

role_option = click.option("--role", required=True, type=click.Choice([role.value for role in ROLES]))
phone_option = click.option("--phone", required=True, help="The phone number to sign in with.")
subdistrict_option = click.option("--subdistrict", help="The name of the sub-district where an officer works.")
stdin_option = click.option("--password-stdin", is_flag=True, help="Read the password from the input's first line.")


@click.group()
def accounts() -> None:
    """Make logins, give roles, set passwords and second factors anew."""


@accounts.command()
@click.option("--name", required=True)
@phone_option
@role_option
@subdistrict_option
@stdin_option
def create(name: str, phone: str, role: str, subdistrict: str | None, password_stdin: bool) -> None:
    """Make an account with its first role."""
    bring_up_to_date()
    place = _place(Role(role), subdistrict)
    password = _password(password_stdin)
    account = logins.create(name=name, phone=phone, password=password, role=Role(role), subdistrict=place)
    db.session.commit()
    click.echo(gettext("%(name)s can sign in with %(phone)s now.", name=account.person.name, phone=account.phone))


@accounts.command()
@phone_option
@role_option
@subdistrict_option
def grant(phone: str, role: str, subdistrict: str | None) -> None:
    """Give an account one more role."""
    bring_up_to_date()
    account = _account(phone)
    granting.give(account, Role(role), place=_place(Role(role), subdistrict), since=clock.today(), by=None)
    db.session.commit()
    click.echo(gettext("%(name)s has the role now.", name=account.person.name))


@accounts.command("reset-password")
@phone_option
@stdin_option
def reset_password(phone: str, password_stdin: bool) -> None:
    """Give an account a new password; all its sessions end."""
    bring_up_to_date()
    account = _account(phone)
    credentials.set_password(account, _password(password_stdin), by=None)
    db.session.commit()
    click.echo(gettext("The new password of %(name)s holds now; all devices are signed out.", name=account.person.name))


@accounts.command("reset-second-factor")
@phone_option
def reset_second_factor(phone: str) -> None:
    """Take the second factor away from somebody who lost their phone; all its sessions end."""
    bring_up_to_date()
    account = _account(phone)
    totp.reset(account, by=None)
    db.session.commit()
    click.echo(gettext("%(name)s signs in with the password alone now, and sets it up anew.", name=account.person.name))


def _place(role: Role, name: str | None) -> Place | None:
    """The sub-district of an officer; an administrator works everywhere."""
    if role is Role.ADMINISTRATOR:
        if name:
            raise BadInput(N_("An administrator works everywhere: leave --subdistrict out."))
        return None
    if not name:
        raise BadInput(N_("An officer works in a sub-district: name it with --subdistrict."))
    return subdistrict_named(name)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt(gettext("Password"), hide_input=True, confirmation_prompt=gettext("Once more")))


def _account(phone: str) -> Account:
    account = logins.find(phone)
    if account is None:
        raise Refused(N_("There is no account for %(phone)s."), phone=phone)
    return account
