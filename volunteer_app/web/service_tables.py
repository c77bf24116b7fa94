"""Somebody's service records as a table and as JSON, to take along."""

import json
from collections.abc import Sequence

from flask_babel import gettext

from .. import clock
from ..people.models import Person
from ..service import records
from ..service.models import Distinction
from ..service.numbers import volunteer_number
from ..service.records import Record
from ..tables.cells import Cell
from ..tables.writing import Table, csv_file, workbook
from ..words import word


def as_xlsx(person: Person, found: Sequence[Record], distinctions: Sequence[Distinction]) -> bytes:
    """A workbook: the records, then training and awards."""
    named = [gettext("Training or award"), gettext("Title"), gettext("Given by"), gettext("Day")]
    rows: list[list[Cell]] = [[word(it.kind), it.title, it.giver, it.day] for it in distinctions]
    more = Table(gettext("Training and awards"), _title(person), named, rows)
    return workbook([_records(person, found), *([more] if rows else [])])


def as_csv(person: Person, found: Sequence[Record], _distinctions: Sequence[Distinction]) -> bytes:
    """The records alone: one file holds one table."""
    return csv_file(_records(person, found))


def as_json(person: Person, found: Sequence[Record], distinctions: Sequence[Distinction]) -> bytes:
    """For programs: moments in ISO form with their zone, minutes as they are."""
    whole = {
        "name": person.name,
        "volunteer_number": volunteer_number(person.id),
        "service_minutes": records.total(found),
        "years": [{"year": it.year, "service_minutes": it.minutes} for it in records.by_year(found)],
        "records": [
            {
                "day": it.day.isoformat(),
                "starts_at": clock.local(it.starts_at).isoformat(),
                "ends_at": clock.local(it.ends_at).isoformat(),
                "content": it.content,
                "place": it.place,
                "service_minutes": it.minutes,
                "unit": it.unit,
                "in_charge": it.in_charge,
                "late": it.late,
            }
            for it in found
        ],
        "distinctions": [
            {"kind": it.kind.value, "title": it.title, "giver": it.giver, "day": it.day.isoformat()}
            for it in distinctions
        ],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def _records(person: Person, found: Sequence[Record]) -> Table:
    header = [
        gettext("Day"),
        gettext("Start"),
        gettext("End"),
        gettext("Activity"),
        gettext("Where"),
        gettext("Minutes of volunteering"),
        gettext("Organising unit"),
        gettext("In charge"),
        gettext("Entered late"),
        gettext("Name"),
        gettext("Volunteer number"),
    ]
    rows: list[list[Cell]] = [
        [
            it.day,
            clock.local(it.starts_at).time().replace(second=0),
            clock.local(it.ends_at).time().replace(second=0),
            it.content,
            it.place,
            it.minutes,
            it.unit,
            it.in_charge,
            gettext("yes") if it.late else "",
            person.name,
            volunteer_number(person.id),
        ]
        for it in found
    ]
    return Table(gettext("Service records"), _title(person), header, rows)


def _title(person: Person) -> str:
    return f"{gettext('Service records')} {person.name} {volunteer_number(person.id)}"
