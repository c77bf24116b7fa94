"""Forms of role models: nominating, the photo with what it shows, the records that support it, why it's declined."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from ...contests.role_models.publishing import LONGEST_REASON
from ...places.models import Place
from .fields import name_field
from .photos import PhotoForm, photo_field
from .service import KeyedForm, text_field

LONGEST_STORY = 1000


class NominationForm(KeyedForm):
    """Who, as what, and why."""

    name = name_field(_l("Name of the member"), Optional())
    place = SelectField(_l("Place"), validators=[InputRequired(_l("Choose one."))])
    title = text_field(_l("As what"), 60, DataRequired(_l("Say as what they're nominated.")))
    story = TextAreaField(
        _l("Why they're a role model"),
        validators=[
            DataRequired(_l("Say why they're a role model.")),
            Length(max=LONGEST_STORY, message=_l("This text is too long.")),
        ],
        render_kw={"maxlength": LONGEST_STORY, "rows": 8},
    )

    def ask(self, places: Sequence[Place] | None) -> None:
        """Ask for the place of a person, or for a member of a team, whose place is known.

        Args:
            places: None for a team.
        """
        if places is None:
            del self.place
            return
        del self.name
        self.place.choices = [(it.slug, it.name) for it in places]


class RolePhotoForm(PhotoForm):
    """The photo, and what it shows for those who don't see it."""

    photo = photo_field(_l("Photo"))
    alt = text_field(_l("What the photo shows"), 100, DataRequired(_l("Say in a few words what the photo shows.")))


class SupportsForm(FlaskForm):
    """The records that were ticked."""

    supports = SelectMultipleField(_l("Records"), validate_choice=False)


class DecliningForm(FlaskForm):
    """Why a nomination is declined."""

    reason = text_field(_l("Reason"), LONGEST_REASON, DataRequired(_l("Say why it's declined.")))


class WithdrawingForm(FlaskForm):
    """Why it's withdrawn, if one likes to say."""

    reason = text_field(_l("Reason"), LONGEST_REASON)
