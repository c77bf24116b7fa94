"""My hours: the service records of oneself and of one's family, to read and to take along."""

from io import BytesIO

from flask import Blueprint, abort, current_app, render_template, request, send_file
from flask_babel import gettext
from werkzeug.wrappers import Response

from ..database import db
from ..people import family
from ..people.models import Person
from ..service import certificates, distinctions, records, stars
from ..service.numbers import volunteer_number
from .access import member
from .forms.fields import number
from .limits import limiter
from .service_tables import as_csv, as_json, as_xlsx
from .session import actor

pages = Blueprint("service_records", __name__)

WRITERS = {"xlsx": as_xlsx, "csv": as_csv, "json": as_json}


@pages.get("/mine/hours")
@member
def hours() -> str:
    """Records by year with their totals, the stars, training, awards and certificates."""
    person = _person()
    found = records.of(person)
    minutes = records.total(found)
    return render_template(
        "service/hours.html",
        person=person,
        people=family.people(actor()),
        own=person.id == actor().person_id,
        number=volunteer_number(person.id),
        records=found,
        years=records.by_year(found),
        minutes=minutes,
        star=stars.star(minutes, current_app.config["SETTINGS"].star_hours),
        distinctions=distinctions.of(person),
        certificates=certificates.standings(certificates.of(person), found),
    )


@pages.get("/mine/hours.<any(xlsx, csv, json):file_format>")
@member
@limiter.limit("60 per hour")
def export(file_format: str) -> Response:
    """The same as a file."""
    person = _person()
    content = WRITERS[file_format](person, records.of(person), distinctions.of(person))
    name = f"{gettext('Service records')} {volunteer_number(person.id)}.{file_format}"
    response = send_file(BytesIO(content), as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _person() -> Person:
    """Oneself, or whom the address names of one's family; whoever else it may be, there's nothing here."""
    account = actor()
    asked = request.args.get("person")
    person_id = number(asked) if asked else account.person_id
    person = db.session.get(Person, person_id) if person_id is not None else None
    if person is None or not family.acts_for(account, person.id):
        abort(404)
    return person
