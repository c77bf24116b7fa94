"""The result of a round, for everyone: after the close every component of it, before that only when it can be read.

What each judge gave an entry has a page of its own: a great round has a page of totals that a phone can load.
"""

from io import BytesIO

from flask import Blueprint, abort, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from .. import clock
from ..contests import access, queries, windows
from ..contests.models import ObjectionState, Round
from ..contests.outcome import awards, corrections, objections, paper, standings
from ..database import db
from ..errors import N_, BadInput, Refused
from ..tables.writing import csv_file, workbook
from ..words import say
from . import contest_tables, office
from .access import public
from .forms.contest_results import ObjectionForm
from .html import public_address
from .limits import limiter
from .session import signed_in

pages = Blueprint("contest_results", __name__, url_prefix="/contests/<slug>/result")

Answer = str | tuple[str, int] | Response


@pages.get("")
@public
def show(slug: str) -> str:
    """The result with all that it's made of; or, to whomever, nothing but when it can be read."""
    round = _round(slug)
    if not access.can_read_result(signed_in(), round, at=clock.now()):
        return render_template(
            "contest_results/waiting.html",
            round=round,
            phase=windows.phase(round, at=clock.now()),
            closes_on=windows.decided_on(round),
            readable_from=clock.local(windows.closes_at(round)).date(),
        )
    return _show(round, ObjectionForm(formdata=None))


@pages.post("")
@public
@limiter.limit("10 per hour")
def object_to(slug: str) -> Answer:
    """Take an objection down; the same form once more adds nothing."""
    round = _closed(slug)
    form = ObjectionForm()
    entries = {it.entry.slug: it.entry for it in standings.of(round, points=False).entries}
    form.offer(list(entries.values()))
    if not form.validate_on_submit():
        return _show(round, form), 422
    try:
        objections.make(
            round,
            name=form.name.data or "",
            phone=form.phone.number,
            text=form.text.data or "",
            entry=entries.get(form.entry.data or ""),
            key=form.mark(),
            by=signed_in(),
        )
    except (BadInput, Refused) as problem:
        db.session.rollback()
        form.form_errors.append(say(problem.message))
        return _show(_round(slug), form), 409 if isinstance(problem, Refused) else 422
    db.session.commit()
    flash(gettext("Your objection has arrived. The office calls you if something is unclear; the answer stands here."))
    return redirect(url_for("contest_results.show", slug=slug, _anchor="objections"), 303)


@pages.get("/<entry_slug>")
@public
def entry(slug: str, entry_slug: str) -> str:
    """What each judge gave an entry, by the judges' labels."""
    round = _closed(slug)
    standing = standings.of(round, points=False)
    found = [it for it in standing.entries if it.entry.slug == entry_slug]
    if not found:
        abort(404)
    (placed,) = standings.with_points(found)
    return render_template(
        "contest_results/entry.html",
        round=round,
        standing=standing,
        placed=placed,
        judges_say=contest_tables.judges_say,
    )


@pages.get("/table.<any(xlsx, csv):file_format>")
@public
@limiter.limit("30 per minute")
def table(slug: str, file_format: str) -> Response:
    """The result as a workbook, with each judge's points; or as CSV."""
    round = _closed(slug)
    standing = standings.of(round, points=file_format == "xlsx")
    content = (
        workbook(contest_tables.tables(standing))
        if file_format == "xlsx"
        else csv_file(contest_tables.result_table(standing))
    )
    name = f"{round.name} {gettext('Result')}.{file_format}"
    return send_file(BytesIO(content), as_attachment=True, download_name=name)


@pages.get("/certificates/<entry_slug>.pdf")
@public
@limiter.limit("30 per minute")
def certificate(slug: str, entry_slug: str) -> Response:
    """The certificate of an award, once the result stands: it says nothing but what everyone reads here."""
    round = _closed(slug)
    standing = standings.of(round, points=False)
    if not standing.stands:
        raise Refused(N_("The result doesn't stand yet: certificates come after that."))
    award = next((it for it in awards.of_standing(standing) if it.entry.slug == entry_slug), None)
    if award is None:
        abort(404)
    address = public_address(url_for("contest_results.show", slug=slug))
    pdf, name = paper.award_pdf(award, address=address), f"{round.name} {award.entry.name}.pdf"
    return send_file(BytesIO(pdf), mimetype="application/pdf", download_name=name, max_age=0)


def _round(slug: str) -> Round:
    round = queries.of_slug(slug)
    if round is None or not access.can_see(signed_in(), round):
        abort(404)
    office.show(round.subdistrict)
    return round


def _closed(slug: str) -> Round:
    round = _round(slug)
    standings.check_closed(round)
    return round


def _show(round: Round, form: ObjectionForm) -> str:
    standing, now = standings.of(round, points=False), clock.now()
    form.offer([it.entry for it in standing.entries])
    found = objections.of(round)
    return render_template(
        "contest_results/show.html",
        round=round,
        standing=standing,
        lines=contest_tables.components(standing),
        phase=windows.phase(round, at=now),
        closes_on=windows.decided_on(round),
        notice_until=windows.notice_until(round),
        answered=[it for it in found if it.state is not ObjectionState.OPEN],
        waiting=sum(it.state is ObjectionState.OPEN for it in found),
        corrected=corrections.log(round),
        form=form if objections.may_object(round) else None,
        may_keep=access.can_keep(signed_in(), round.subdistrict),
    )
