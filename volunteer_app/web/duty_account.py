"""The account of the weekly three hours: cadres and weeks, the entries behind each, who is short, and the export."""

from io import BytesIO

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext, ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from .. import clock
from ..clock import Week
from ..database import db
from ..duty import access, accounts, confirming, reminding, shortfall
from ..duty.accounts import weeks_back
from ..duty.quota import Standing
from ..errors import BadInput
from ..people.models import Person
from ..people.roles import STAFF, Scope, scope
from ..places.models import Place
from ..tables.writing import csv_file
from ..tables.writing import workbook as workbook_file
from . import office
from .access import require, staff
from .duty_desk import asked_community, own_communities
from .duty_tables import Line, counted, export, flat, lines
from .filters import PAGE_SIZE, Page, paging
from .forms.duty_desk import WeeksForm
from .limits import limiter
from .report_words import short_day
from .session import actor

pages = Blueprint("duty_account", __name__, url_prefix="/duty/account")

Weeks = tuple[Week, Week]

SHOWN_WEEKS = 12


@pages.context_processor
def words() -> dict[str, object]:
    """What the templates of the account can say."""
    return {"Standing": Standing, "short_day": short_day}


@pages.get("")
@staff
def index() -> str | tuple[str, int]:
    """Cadres and weeks: who met the weekly three hours, who is short, and who is to be reminded this week."""
    here, reach = office.present(), scope(actor(), STAFF)
    if here is None:
        return render_template("duty_desk/account.html", page=None, place=None)
    form = WeeksForm(request.args)
    weeks = _weeks(form)
    community = asked_community(here, reach)
    choices = {"communities": own_communities(here, reach), "community": community, "form": form, "place": here}
    if weeks is None:
        return render_template("duty_desk/account.html", page=None, **choices), 422
    rows = _lines(here, _within(reach, community), weeks)
    number, pages_there = paging(len(rows))
    shown = rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return render_template(
        "duty_desk/account.html",
        page=Page(shown, number, pages_there, len(rows)),
        counted=counted(rows),
        weeks=weeks,
        days=[line.week for line in rows[0].cells] if rows else [],
        pairings=shortfall.pairings_by_person(here.id, [row.person for row in shown]),
        short=_short(here, _within(reach, community)) if shortfall.is_time(clock.now()) else None,
        chosen={"from": weeks[0], "to": weeks[1], "community": community and community.slug},
        **choices,
    )


@pages.get("/short")
@staff
def short() -> str:
    """Who lacks minutes this week, with phone numbers, to call and to print."""
    here, reach = office.present(), scope(actor(), STAFF)
    if here is None:
        abort(404)
    community = asked_community(here, reach)
    rows = _short(here, _within(reach, community))
    people = [row.person for row in rows]
    return render_template(
        "duty_desk/short.html",
        rows=rows,
        reminders=reminding.of_week(here, Week.this()),
        may_remind=shortfall.is_time(clock.now()),
        week=Week.this(),
        community=community,
        pairings=shortfall.pairings_by_person(here.id, people),
    )


@pages.post("/short/reminders")
@staff
def remind() -> Response:
    """Have those be told who are short: each once a week."""
    here, reach = office.present(), scope(actor(), STAFF)
    if here is None:
        abort(404)
    require(bool(reach) and shortfall.is_time(clock.now()))
    community = asked_community(here, reach)
    made = reminding.remind(here, _short(here, _within(reach, community)), by=actor().id)
    db.session.commit()
    flash(ngettext("%(num)d cadre is to be told.", "%(num)d cadres are to be told.", len(made)))
    return redirect(url_for("duty_account.short", community=community and community.slug), 303)


@pages.post("/short/<int(max=2147483647):person_id>/told")
@staff
def told(person_id: int) -> Response:
    """Somebody was told."""
    here, reach = office.present(), scope(actor(), STAFF)
    person = db.session.get(Person, person_id)
    if here is None or person is None:
        abort(404)
    notice = reminding.of_week(here, Week.this()).get(person_id)
    if notice is None:
        abort(404)
    require(any(reach.holds(it.compound.path) for it in shortfall.pairings_of(person, here.id)))
    reminding.tick([notice], by=actor().id)
    db.session.commit()
    return redirect(url_for("duty_account.short", _anchor=f"short-{person_id}"), 303)


@pages.get("/<int(max=2147483647):person_id>/<week>")
@staff
def entries(person_id: int, week: str) -> str:
    """The entries of a cadre's week, whatever became of them."""
    here, reach = office.present(), scope(actor(), STAFF)
    person = db.session.get(Person, person_id)
    if here is None or person is None:
        abort(404)
    try:
        shown = Week.parse(week)
    except BadInput:
        abort(404)
    pairings = shortfall.pairings_of(person, here.id)
    visits = shortfall.visits_of(person, here.id, shown)
    if not pairings and not visits:
        abort(404)
    compounds = [it.compound for it in pairings] + [it.compound for it in visits]
    require(any(reach.holds(compound.path) for compound in compounds))
    (kept,) = accounts.of_cadre(person, here, shown, shown, makes_up=_makes_up())
    waiting = shortfall.waiting_minutes(here.id, shown, shown).get((person.id, shown), 0)
    return render_template(
        "duty_desk/entries.html",
        person=person,
        week=shown,
        kept=kept,
        running=shown.ends_at > clock.now(),
        waiting=waiting,
        visits=visits,
        photos=confirming.photos_of(visits),
        is_late=confirming.is_late,
        may_decide={it.id for it in visits if it.ends_at and reach.holds(it.compound.path)},
        pairings=pairings,
        may_enter=bool(pairings) and access.can_enter_late(actor(), here),
        previous=shown.shifted(-1),
        following=shown.shifted(1),
    )


@pages.get("/account.xlsx")
@staff
@limiter.limit("30 per minute")
def workbook() -> Response:
    """The table and the list of weeks as sheets of a workbook."""
    here, weeks, rows = _asked()
    return _file(workbook_file(export(here, weeks, rows)), here, weeks, "xlsx")


@pages.get("/account.csv")
@staff
@limiter.limit("30 per minute")
def csv() -> Response:
    """The list of weeks as CSV: a line for each cadre and week."""
    here, weeks, rows = _asked()
    return _file(csv_file(flat(here, weeks, rows)), here, weeks, "csv")


def _asked() -> tuple[Place, Weeks, list[Line]]:
    here, reach = office.present(), scope(actor(), STAFF)
    if here is None:
        abort(404)
    form = WeeksForm(request.args)
    weeks = _weeks(form)
    if weeks is None:
        community = asked_community(here, reach)
        page = render_template(
            "duty_desk/account.html",
            page=None,
            place=here,
            form=form,
            communities=own_communities(here, reach),
            community=community,
        )
        abort(make_response(page, 422))
    return here, weeks, _lines(here, _within(reach, asked_community(here, reach)), weeks)


def _weeks(form: WeeksForm) -> Weeks | None:
    """The weeks asked for, the last twelve without any; None where what was asked for is none: the form says why."""
    if "from" in request.args or "to" in request.args:
        return form.weeks if form.validate() else None
    first, last = weeks_back(SHOWN_WEEKS)
    form.process(MultiDict({"from": first.monday.isoformat(), "to": last.monday.isoformat()}))
    return first, last


def _within(reach: Scope, community: Place | None) -> Scope:
    return Scope(paths=(community.path,)) if community else reach


def _lines(here: Place, reach: Scope, weeks: Weeks) -> list[Line]:
    found = accounts.of_office(here, *weeks, reach=reach, makes_up=_makes_up())
    return lines(found, shortfall.waiting_minutes(here.id, *weeks))


def _short(here: Place, reach: Scope) -> list[shortfall.Short]:
    week = Week.this()
    found = accounts.of_office(here, week, week, reach=reach)
    return shortfall.short(found, week, shortfall.waiting_minutes(here.id, week, week))


def _makes_up() -> bool:
    return bool(current_app.config["SETTINGS"].duty_makes_up)


def _file(content: bytes, place: Place, weeks: Weeks, kind: str) -> Response:
    first, last = weeks
    name = " ".join((place.name, gettext("The weekly three hours"), first.monday.isoformat(), last.sunday.isoformat()))
    return send_file(BytesIO(content), as_attachment=True, download_name=f"{name}.{kind}")
