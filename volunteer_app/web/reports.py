"""Participation: the figures of a period, tables of them, their export, and the rows behind each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask import Blueprint, abort, make_response, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from .. import clock
from ..activities import stamps
from ..clock import Week
from ..people.roles import works_in
from ..places.models import Place
from ..places.queries import subdistricts
from ..reports import contests, counts, duty, figures, standing
from ..reports.counts import Count
from ..reports.definitions import CONTESTS, DUTY, FRONTLINE, SIGNING_UP, Figure
from ..reports.participation import participation
from ..reports.periods import Period
from ..reports.rows import listing
from ..reports.scope import Scope
from ..tables.writing import csv_file
from ..tables.writing import workbook as workbook_file
from ..teams.models import KIND_NAMES
from . import charts, office, report_rows, report_words
from .access import public
from .filters import PAGE_SIZE, Page, order, page_number
from .forms.reports import PeriodForm
from .html import here
from .kept import kept
from .limits import limiter
from .report_tables import COLUMNS, COUNTED, HEADINGS, TITLES, Entry, Grouping, entries, export, flat, signed_up
from .report_words import Change
from .session import signed_in

pages = Blueprint("reports", __name__, url_prefix="/reports")

HEADS = (Figure.ATTENDANCES, Figure.PEOPLE, Figure.HELD, Figure.SERVICE_MINUTES)
CHART_WEEKS = 12
"""So many weeks lead up to a shorter period's end, so that its line has a past."""
MOST_CHART_WEEKS = 53
TOP_TEAMS = 7
IDLE_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure at the head of the page."""

    figure: Figure
    value: int
    change: Change


@pages.context_processor
def words() -> dict[str, object]:
    """What the templates of figures can say."""
    return {
        "Figure": Figure,
        "SIGNING_UP": SIGNING_UP,
        "DUTY": DUTY,
        "CONTESTS": CONTESTS,
        "amount": report_words.amount,
        "unit": report_words.unit,
        "figure_name": report_words.figure_name,
        "definition": report_words.definition,
        "period_name": report_words.period_name,
        "share": charts.share,
    }


@pages.get("/")
@public
def index() -> Response | tuple[str, int]:
    """The figures of a period for everyone: without a name, each with its definition and the way to its rows."""
    place = office.present()
    form = PeriodForm(request.args)
    if place is None:
        return make_response(render_template("reports/index.html", place=None, form=form))
    period = _chosen(place, form)
    if period is None:
        return render_template("reports/index.html", place=place, period=None, form=form, presets=_presets()), 422
    asked = tuple(request.args.get(name) for name in ("from", "to", "office"))
    return kept((place.id, period, asked, stamps.of_place(place)), lambda: _render(place, period))


@pages.get("/by/<grouping>")
@public
def table(grouping: str) -> Response | str:
    """One table of a period, whole, sorted by any column."""
    if grouping not in [each.value for each in Grouping]:
        abort(404)
    place, period = _asked()
    if place is None or period is None:
        return _back()
    by = Grouping(grouping)
    lines = entries(by, participation(place.id, period), period)
    sorted_by = order(
        ("name", *(figure.value for figure in COLUMNS)), "name" if by is Grouping.WEEKS else "-attendances"
    )
    # Stable: equal lines keep the order in which they came, by attendances and name.
    lines.sort(key=_key(sorted_by.removeprefix("-")), reverse=sorted_by.startswith("-"))
    return render_template(
        "reports/table.html",
        place=place,
        period=period,
        grouping=by,
        title=TITLES[by],
        heading=HEADINGS[by],
        titles=[(each.value, TITLES[each]) for each in Grouping],
        entries=lines,
        columns=COUNTED,
        signed_up=[line for line in lines if signed_up(line.count)],
        order=sorted_by,
        opens=_opener(place, period),
    )


@pages.get("/rows")
@public
def rows() -> Response | str:
    """The rows behind a figure: with names for the office whose they are, without for everyone else."""
    filters = report_rows.filters()
    if filters.subdistrict:
        office.show(filters.subdistrict)
    place, period = _asked()
    if place is None or period is None:
        return _back()
    figure = report_rows.figure()
    scope = filters.scope(place, period, figure)
    shape = report_rows.of(figure, scope, kind=filters.kind, names=works_in(signed_in(), place))
    sorted_by = order(shape.orders, shape.default) if shape else ""
    page = page_number()
    found = shape and shape.listing(order=sorted_by, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    if found and not found.rows and found.total:
        return redirect(here(page=None), 303)
    return render_template(
        "reports/rows.html",
        place=place,
        period=period,
        figure=figure,
        filtered=filters.named,
        shape=shape,
        found=found,
        page=found and Page(found.rows, page, max(-(-found.total // PAGE_SIZE), 1), found.total),
        order=sorted_by,
        opens=_opener(place, period),
    )


@pages.get("/participation.xlsx")
@public
@limiter.limit("30 per minute")
def workbook() -> Response:
    """The tables of a period as sheets of a workbook."""
    place, period = _asked()
    if place is None or period is None:
        return _back()
    idle = listing(standing.idle_teams(place.id, period), order="last_held_at")
    tables = export(place, period, participation(place.id, period), idle.rows)
    return _file(workbook_file(tables), place, period, "xlsx")


@pages.get("/participation.csv")
@public
@limiter.limit("30 per minute")
def csv() -> Response:
    """The same tables below one another as CSV."""
    place, period = _asked()
    if place is None or period is None:
        return _back()
    return _file(csv_file(flat(place, participation(place.id, period), period)), place, period, "csv")


def _asked() -> tuple[Place | None, Period | None]:
    place = office.present()
    return place, _chosen(place, PeriodForm(request.args)) if place else None


def _chosen(place: Place, form: PeriodForm) -> Period | None:
    """The period asked for; without one the present month, or the last month in which something was held.

    None where what was asked for is no period: the form then says why.
    """
    if "from" in request.args or "to" in request.args:
        return form.period if form.validate() else None
    today = clock.today()
    last = counts.last_held(place.id)
    return Period.month(min(last, today) if last else today)


def _back() -> Response:
    """To the page whose form says what is wrong with the period, keeping what was typed."""
    kept_arguments = {name: request.args[name] for name in ("from", "to", "office") if name in request.args}
    return redirect(url_for("reports.index", **kept_arguments), 303)  # type: ignore[arg-type]  # plain text, no option


def _opener(place: Place, period: Period) -> Callable[..., str]:
    """What templates call for the address of a figure's rows: ``opens(figure, **filters)``."""

    def opens(figure: Figure, within: Period = period, **filters: str) -> str:
        days = {"from": within.first.isoformat(), "to": within.last.isoformat()}
        query = {"figure": figure.value, "office": place.slug, **days, **filters}
        return url_for("reports.rows", **query)  # type: ignore[arg-type]  # plain text, no option

    return opens


def _render(place: Place, period: Period) -> str:
    today = clock.today()
    found = participation(place.id, period)
    compared = period.compared(today)
    before = counts.totals(Scope(place.id, compared))
    communities = entries(Grouping.COMMUNITIES, found, period)
    weeks = _weeks(place, period)
    return render_template(
        "reports/index.html",
        place=place,
        period=period,
        form=PeriodForm(MultiDict({"from": period.first.isoformat(), "to": period.last.isoformat()})),
        presets=_presets(),
        offices=subdistricts(),
        fell_back="from" not in request.args and period.last < today,
        last_held=None if found.total.planned else counts.last_held(place.id),
        ways=list(zip(report_words.neighbours(period), (period.before(), period.after()), strict=True)),
        compared=compared,
        total=found.total,
        heads=_heads(HEADS, found.total, before, compared),
        signed_up=_heads(SIGNING_UP, found.total, before, compared) if signed_up(found.total) else [],
        weeks=weeks,
        line=charts.line([(report_words.short_day(week.first), came) for week, came in weeks]),
        communities=communities,
        longest=max((entry.count.attendances for entry in communities), default=0),
        teams=[entry for entry in entries(Grouping.TEAMS, found, period) if entry.count.planned][:TOP_TEAMS],
        fields=entries(Grouping.FIELDS, found, period),
        kinds=entries(Grouping.KINDS, found, period),
        titles=[(each.value, TITLES[each]) for each in Grouping],
        idle=listing(standing.idle_teams(place.id, period), order="last_held_at", limit=IDLE_SHOWN),
        places=[(Figure(name), value) for name, value in figures.places(place.id, period.last).items() if value],
        standing_teams=figures.teams(place.id, period.last),
        frontline=_named(FRONTLINE, duty.assignments(place.id, period.last)),
        duty=_named(DUTY, duty.of_cadres(place.id, period)),
        contests=contests.round_lines(place.id, period, Figure.ROUNDS),
        kinds_of_teams=KIND_NAMES,
        opens=_opener(place, period),
    )


def _presets() -> list[tuple[str, Period]]:
    today = clock.today()
    return [
        (gettext("This week"), Period.week(today)),
        (gettext("This month"), Period.month(today)),
        (gettext("This year"), Period.year(today)),
    ]


def _heads(figures: Iterable[Figure], now: Count, before: Count, compared: Period) -> list[Shown]:
    values = [(figure, getattr(now, figure.value), getattr(before, figure.value)) for figure in figures]
    return [Shown(figure, value, report_words.change(figure, value, was, compared)) for figure, value, was in values]


def _named(wanted: Iterable[Figure], section: figures.Section) -> list[tuple[Figure, Any]]:
    """The values of a section by figure; nothing where the section has no rows."""
    # In its own section duty's time is called minutes, as in that of the activities.
    return list(zip(wanted, section.values(), strict=True)) if section else []


def _weeks(place: Place, period: Period) -> list[tuple[Period, int]]:
    """Attendances of whole weeks up to the period's end, from the first activity on.

    An unfinished week would look like a fall and stays out.
    """
    last = Week.of(min(period.last, clock.today()))
    if last.ends_at > clock.now():
        last = last.shifted(-1)
    begun = counts.first_held(place.id)
    if begun is None:
        return []
    first = min(Week.of(period.first), last.shifted(1 - CHART_WEEKS))
    found = counts.weekly(place.id, max(first, last.shifted(1 - MOST_CHART_WEEKS), Week.of(begun)), last)
    return [(Period(week.monday, week.sunday), came) for week, came in found]


def _key(column: str) -> Callable[[Entry], Any]:
    if column == "name":
        # Weeks stand in order of time; all other lines share one period.
        return lambda entry: (entry.period.first, entry.name)
    return lambda entry: getattr(entry.count, column)


def _file(content: bytes, place: Place, period: Period, kind: str) -> Response:
    name = " ".join((place.name, gettext("Participation"), period.first.isoformat(), period.last.isoformat()))
    return send_file(BytesIO(content), as_attachment=True, download_name=f"{name}.{kind}")
