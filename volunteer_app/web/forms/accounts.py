"""Forms of signing in, of one's own account, and of asking for one."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from ...people.accounts import LONGEST_PASSWORD
from ...people.credentials import LONGEST_MAIL

TYPED_CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": 20}


def _login() -> Any:
    return StringField(
        _l("Phone number or mail address"),
        validators=[DataRequired(_l("Enter your phone number or mail address.")), Length(max=LONGEST_MAIL)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "maxlength": LONGEST_MAIL},
    )


def _present() -> Any:
    return PasswordField(
        _l("Present password"),
        validators=[DataRequired(_l("Enter your present password.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )


def _new() -> Any:
    return PasswordField(
        _l("New password"),
        validators=[DataRequired(_l("Enter a new password.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "new-password"},
    )


def _figures() -> Any:
    return StringField(
        _l("Six figures from the app"),
        validators=[DataRequired(_l("Enter the six figures which the app shows.")), Length(max=20)],
        render_kw=TYPED_CODE,
    )


class LoginForm(FlaskForm):
    """Phone or mail address, and password."""

    login = _login()
    password = PasswordField(
        _l("Password"),
        validators=[DataRequired(_l("Enter your password.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )


class PasswordForm(FlaskForm):
    """A new password, and the present one as proof."""

    present = _present()
    password = _new()


class MailForm(FlaskForm):
    """The mail address with which one signs in, and the present password as proof."""

    email = StringField(
        _l("Mail address"),
        validators=[Length(max=LONGEST_MAIL)],
        render_kw={"type": "email", "autocomplete": "email", "autocapitalize": "none", "maxlength": LONGEST_MAIL},
    )
    present = _present()


class FiguresForm(FlaskForm):
    """What the app on the phone shows."""

    figures = _figures()


class SwitchOffForm(FlaskForm):
    """Switching the second factor off: both proofs."""

    present = _present()
    figures = _figures()


class RequestForm(FlaskForm):
    """Asking an office for an account."""

    name = StringField(
        _l("Name"),
        validators=[DataRequired(_l("Enter a name.")), Length(max=60)],
        render_kw={"autocomplete": "name", "maxlength": 60},
    )
    phone = StringField(
        _l("Phone number"),
        validators=[DataRequired(_l("Enter a phone number.")), Length(max=30)],
        render_kw={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "maxlength": 30},
    )
    subdistrict = SelectField(_l("Sub-district"), validators=[InputRequired(_l("Choose a sub-district."))])
    note = TextAreaField(
        _l("What the office should know"), validators=[Length(max=200)], render_kw={"rows": 3, "maxlength": 200}
    )


class CodeForm(FlaskForm):
    """Phone number, one-time code, and the password to sign in with from now on."""

    login = _login()
    code = StringField(
        _l("One-time code"),
        validators=[DataRequired(_l("Enter the eight digits of the code.")), Length(max=20)],
        render_kw=TYPED_CODE,
    )
    password = _new()
