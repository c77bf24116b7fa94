"""The page of figures, its tables and exports, and the rows behind each figure."""

import csv
import html
import io
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from tests.factories import make_account, make_activity, make_attendance, make_subdistrict, make_team
from tests.reports.neighbourhood import Neighbourhood, at, make_neighbourhood
from volunteer_app.activities.models import Activity, ActivityState
from volunteer_app.database import db
from volunteer_app.people.models import Account, Role

SignIn = Callable[[FlaskClient, Account], None]

DAYS = "from=2020-10-01&to=2020-10-31"
NAMES = ("林一", "吴二", "赵三", "郑四", "冯五", "林*", "吴*", "赵*", "郑*", "冯*")


@pytest.fixture
def here(app: Flask) -> Neighbourhood:
    return make_neighbourhood()


@pytest.fixture
def english(client: FlaskClient) -> FlaskClient:
    client.set_cookie("lang", "en")
    return client


def text_of(page: str) -> str:
    """A page as one reads it, cells of tables parted."""
    page = re.sub(r"</t[hd]>", " ", page)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<(style|svg)[^>]*>.*?</\1>|<[^>]+>", "", page, flags=re.S)))


def test_the_page_says_figures_changes_and_definitions(english: FlaskClient, here: Neighbourhood) -> None:
    page = english.get(f"/reports/?{DAYS}").text
    text = text_of(page)
    for words in (
        "Participation 1–31 October",
        "甲街道, 3 teams. Compared with 1–30 September.",
        "11 attendances",
        "10 more than in September, up 1000.0%",
        "3 people",
        "2 more than in September, up 200.0%",
        "3 activities",
        "6 planned, 2 cancelled",
        "2.8 hours",
        "None in September",
        "Each person counts once for each activity.",
        "Signing up Confirmed sign-ups5 sign-upsNone in September",
        "Walk-ins1 attendanceNone in September",
        "People who had a place, didn't come and weren't excused.",
        "一号院志愿服务队 2 9",
        "Last activity 30 September. 28 October was cancelled: 大风",
        "Compounds 2",
        "People in teams 2",
    ):
        assert words in text, words
    assert not [name for name in NAMES if name in page]
    # From the week of the first activity on; 31 October is a Saturday, and its week ends on 1 November.
    assert 'aria-label="Attendances by week, 28 September–1 November, between 0 and 7, in the last week 7"' in page


def test_the_default_is_the_present_month_or_the_last_with_activities(
    english: FlaskClient, here: Neighbourhood
) -> None:
    assert "Participation 1–30 November" in text_of(english.get("/reports/").text)
    november = db.session.scalars(select(Activity).where(Activity.starts_at >= at(1, 0, month=11)))
    for activity in november:
        activity.state = ActivityState.CANCELLED
    text = text_of(english.get("/reports/?x=1").text)
    assert "Participation 1–31 October" in text
    assert "this is the last month in which something was" in text


@pytest.mark.now("2020-11-10T09:00+08:00")
def test_an_unfinished_month_is_compared_with_as_many_days(english: FlaskClient, here: Neighbourhood) -> None:
    text = text_of(english.get("/reports/").text)
    assert "Participation 1–30 November" in text
    assert "Compared with 1–10 October." in text


def test_an_empty_product_shows_the_way(english: FlaskClient) -> None:
    response = english.get("/reports/")
    assert response.status_code == 200
    assert "Import the ledgers" in response.text


def test_days_without_activities_show_the_way(english: FlaskClient, here: Neighbourhood) -> None:
    text = text_of(english.get("/reports/?from=2020-12-01&to=2020-12-31").text)
    assert "Nothing was planned in these days." in text
    assert "See the last month with activities" in text


@pytest.mark.parametrize(
    ("query", "message", "kept"),
    [
        (
            "from=2020-11-05&to=2020-11-01",
            "The last day comes before the first one. Swap them, or choose another day.",
            'value="2020-11-05"',
        ),
        ("from=yesterday&to=2020-11-01", "Enter a day such as 2020-11-04.", 'value="yesterday"'),
        ("from=2020-11-01", "Choose the last day.", 'value="2020-11-01"'),
        ("from=0001-01-01&to=2020-11-01", "Choose days between 1990 and 2199.", 'value="0001-01-01"'),
        ("from=2020-11-01&to=9999-12-31", "Choose days between 1990 and 2199.", 'value="9999-12-31"'),
    ],
)
def test_what_is_no_period_stands_at_its_field(
    english: FlaskClient, here: Neighbourhood, query: str, message: str, kept: str
) -> None:
    response = english.get(f"/reports/?{query}")
    assert response.status_code == 422
    assert message in text_of(response.text)
    assert kept in response.text
    for other in ("rows?figure=held&", "by/teams?", "participation.csv?", "participation.xlsx?"):
        led = english.get(f"/reports/{other}{query}")
        assert (led.status_code, led.location) == (303, f"/reports/?{query}")


FIGURES = {
    "planned": "6 activities",
    "held": "3 activities",
    "cancelled": "2 activities",
    "attendances": "11 attendances",
    "minutes": "2.9 hours, that is 171 minutes",
    "service_minutes": "2.8 hours, that is 170 minutes",
    "sign_ups": "5 sign-ups",
    "waiting": "1 sign-up",
    "no_shows": "1 sign-up",
    "walk_ins": "1 attendance",
    "teams": "3 teams",
    "idle_teams": "1 team",
    "memberships": "3 memberships",
    "compounds": "2 compounds",
    "unmanaged": "1 compound",
    "owners": "0 compounds",
    "property": "1 compound",
    "buildings": "3 buildings",
    "households": "150 households",
    "renovated_compounds": "1 compound",
    "renovated_buildings": "2 buildings",
    "renovated_households": "100 households",
    "renovated_area_m2": "1,200.5 m²",
}
OF_PEOPLE = {"people": "3 people", "members": "2 people"}


@pytest.mark.parametrize(("figure", "words"), FIGURES.items())
def test_rows_for_everyone_carry_no_name(english: FlaskClient, here: Neighbourhood, figure: str, words: str) -> None:
    response = english.get(f"/reports/rows?figure={figure}&{DAYS}")
    assert response.status_code == 200
    assert words in text_of(response.text)
    assert not [name for name in NAMES if name in response.text]


@pytest.mark.parametrize("figure", OF_PEOPLE)
@pytest.mark.parametrize("who", ["guest", "volunteer", "officer of elsewhere"])
def test_people_are_no_public_rows(
    english: FlaskClient, here: Neighbourhood, sign_in: SignIn, figure: str, who: str
) -> None:
    if who != "guest":
        account = make_account("孙来")
        if who == "officer of elsewhere":
            account = make_account("吴海", Role.OFFICER, place=make_subdistrict("柳浪街道"))
        sign_in(english, account)
    response = english.get(f"/reports/rows?figure={figure}&{DAYS}&office={here.subdistrict.slug}")
    assert response.status_code == 200
    assert "Only the office sees who came" in text_of(response.text)
    assert ("Sign in for the office" in response.text) == (who == "guest")
    assert not [name for name in NAMES if name in response.text]


def test_attendances_of_another_office_stay_without_names(
    english: FlaskClient, here: Neighbourhood, sign_in: SignIn
) -> None:
    sign_in(english, make_account("吴海", Role.OFFICER, place=make_subdistrict("柳浪街道")))
    for figure in ("attendances", "memberships"):
        page = english.get(f"/reports/rows?figure={figure}&{DAYS}&team={here.wardens.slug}").text
        assert not [name for name in NAMES if name in page]


@pytest.mark.parametrize(("figure", "words"), {**FIGURES, **OF_PEOPLE}.items())
def test_rows_for_the_office_add_up_too(
    english: FlaskClient, here: Neighbourhood, sign_in: SignIn, figure: str, words: str
) -> None:
    sign_in(english, make_account("钱晓岚", Role.OFFICER, place=here.subdistrict))
    response = english.get(f"/reports/rows?figure={figure}&{DAYS}")
    assert response.status_code == 200
    assert words in text_of(response.text)
    named = figure in ("attendances", "minutes", "service_minutes", "sign_ups", "memberships", *OF_PEOPLE)
    assert ("林一" in response.text) == named
    assert ("郑四" in response.text) == (figure in ("sign_ups", "no_shows"))


def test_the_office_reads_single_attendances(english: FlaskClient, here: Neighbourhood, sign_in: SignIn) -> None:
    sign_in(english, make_account("钱晓岚", Role.OFFICER, place=here.subdistrict))
    text = text_of(english.get(f"/reports/rows?figure=attendances&{DAYS}&sort=person").text)
    assert "11 attendances, in 7 rows" in text
    assert "5 people counted without names" in text
    assert "00:00–no check-out" in text
    assert "23:40–00:30" in text


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ("team={wardens}", "9 attendances, from 2 activities"),
        ("team=none", "0 attendances"),
        ("kind=cultural_group", "2 attendances, from 1 activity"),
        ("field=safety", "9 attendances"),
        ("theme={theme}", "9 attendances"),
        ("place={north}", "9 attendances"),
        ("place={south}", "2 attendances"),
        ("place={south}&directly=1", "0 attendances"),
    ],
)
def test_filters_say_what_they_are(english: FlaskClient, here: Neighbourhood, filters: str, words: str) -> None:
    asked = filters.format(
        wardens=here.wardens.slug, theme=here.patrol.theme_id, north=here.north.slug, south=here.south.slug
    )
    assert words in text_of(english.get(f"/reports/rows?figure=attendances&{DAYS}&{asked}").text)


@pytest.mark.parametrize(
    "query", ["", "figure=nothing", "figure=held&team=nothing1", "figure=held&theme=99999", "figure=held&kind=choir"]
)
def test_what_is_not_there_is_said_with_a_way_on(english: FlaskClient, here: Neighbourhood, query: str) -> None:
    response = english.get(f"/reports/rows?{query}")
    assert response.status_code in (400, 404)
    assert 'href="/' in response.text


def test_a_page_beyond_the_last_leads_to_the_first(english: FlaskClient, here: Neighbourhood) -> None:
    response = english.get(f"/reports/rows?figure=planned&{DAYS}&page=7")
    assert (response.status_code, response.location) == (303, f"/reports/rows?figure=planned&{DAYS}")


def test_rows_are_sorted_and_paged(english: FlaskClient, here: Neighbourhood) -> None:
    for minute in range(60):
        make_activity(here.dancers, f"练习{minute:02}", starts_at=at(9, 9, minute), state=ActivityState.HELD)
    first = english.get(f"/reports/rows?figure=held&{DAYS}&sort=theme").text
    assert (first.count("练习"), "Page 1 of 2" in text_of(first)) == (48, True)
    second = english.get(f"/reports/rows?figure=held&{DAYS}&sort=theme&page=2").text
    assert (second.count("练习"), "63 activities" in text_of(second)) == (12, True)


def opened(page: str) -> Iterator[tuple[str, str]]:
    """Numbers of a page that open rows, and the address of the rows."""
    for address, number in re.findall(r'<a href="(/reports/rows[^"]+)">([\d,.]+)</a>', page):
        yield html.unescape(address), number


@pytest.mark.parametrize("grouping", ["teams", "kinds", "themes", "fields", "communities", "compounds", "weeks"])
def test_each_number_of_a_table_opens_rows_of_that_number(
    english: FlaskClient, here: Neighbourhood, sign_in: SignIn, grouping: str
) -> None:
    page = english.get(f"/reports/by/{grouping}?{DAYS}").text
    sign_in(english, make_account("钱晓岚", Role.OFFICER, place=here.subdistrict))
    numbers = list(opened(page))
    assert len(numbers) >= 10
    for address, number in numbers:
        words = text_of(english.get(address).text)
        assert re.search(rf" {re.escape(number)} (activit|attendance|people|person|hours|sign-up)", words), (
            address,
            number,
        )


def test_each_number_of_the_page_opens_rows_of_that_number(
    english: FlaskClient, here: Neighbourhood, sign_in: SignIn
) -> None:
    page = english.get(f"/reports/?{DAYS}").text
    sign_in(english, make_account("钱晓岚", Role.OFFICER, place=here.subdistrict))
    numbers = list(opened(page))
    assert len(numbers) >= 25
    for address, number in numbers:
        assert f" {number} " in text_of(english.get(address).text), (address, number)


def test_signing_up_is_shown_where_somebody_did(english: FlaskClient, here: Neighbourhood) -> None:
    for days, shown in ((DAYS, True), ("from=2020-09-01&to=2020-09-30", False)):
        assert ("No-shows" in english.get(f"/reports/?{days}").text) == shown
        assert ("No-shows" in english.get(f"/reports/by/teams?{days}").text) == shown


def test_an_unknown_table_is_not_found(english: FlaskClient, here: Neighbourhood) -> None:
    assert english.get("/reports/by/nothing").status_code == 404


def test_tables_are_sorted(english: FlaskClient, here: Neighbourhood) -> None:
    text = text_of(english.get(f"/reports/by/teams?{DAYS}&sort=planned").text)
    assert text.index("南社区读书会") < text.index("一号院志愿服务队") < text.index("花园舞蹈队")


def test_the_workbook(english: FlaskClient, here: Neighbourhood) -> None:
    response = english.get(f"/reports/participation.xlsx?{DAYS}")
    assert "attachment" in response.headers["Content-Disposition"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.data))
    assert book.sheet_names == [
        "Totals",
        "By team",
        "By kind of team",
        "By theme",
        "By field",
        "By community",
        "By compound",
        "By week",
        "Teams without an activity",
    ]
    assert book.get_sheet_by_name("By team").to_python()[1:3] == [
        [
            "Team",
            "Activities planned",
            "Activities held",
            "Activities cancelled",
            "Attendances",
            "People who came",
            "Minutes given",
            "Minutes of volunteering",
            "Confirmed sign-ups",
            "On the waiting list",
            "No-shows",
            "Walk-ins",
        ],
        ["一号院志愿服务队", 2, 2, 0, 9, 3, 170, 170, 4, 1, 1, 1],
    ]
    assert book.get_sheet_by_name("Teams without an activity").to_python()[2][:2] == ["南社区读书会", "南社区"]


def test_csv_has_no_formula(english: FlaskClient, here: Neighbourhood) -> None:
    here.wardens.name = '=HYPERLINK("http://example.org")'
    response = english.get(f"/reports/participation.csv?{DAYS}")
    lines = list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))
    assert lines[1] == ["Totals", "甲街道", "6", "3", "2", "11", "3", "171", "170", "5", "1", "1", "1"]
    assert lines[2][:3] == ["By team", '\'=HYPERLINK("http://example.org")', "2"]
    assert len({len(line) for line in lines}) == 1


def test_more_rows_cost_no_more_queries(
    english: FlaskClient, here: Neighbourhood, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    addresses = [
        f"/reports/?{DAYS}",
        f"/reports/by/teams?{DAYS}",
        f"/reports/rows?figure=attendances&{DAYS}",
        f"/reports/rows?figure=idle_teams&{DAYS}",
    ]
    costs = []
    for _round in range(2):
        cost = []
        for address in addresses:
            with count_queries() as queries:
                assert english.get(address).status_code == 200
            cost.append(len(queries))
        costs.append(cost)
        for day in range(2, 29):
            team = make_team(here.garden)
            make_attendance(make_activity(team, starts_at=at(day, 15), state=ActivityState.HELD))
        # A kept page must not hide what it costs.
        addresses = [f"{address}&office={here.subdistrict.slug}" for address in addresses]
    # Whoever names the office saves the search for the first one.
    assert all(again <= first for first, again in zip(*costs, strict=True)), costs


def test_files_to_take_home_are_limited(sqlite_client: FlaskClient) -> None:
    """Ten years of rows take a second or two each: nobody may keep the server at it."""
    codes = [sqlite_client.get("/reports/participation.csv").status_code for _ in range(31)]
    assert codes[-1] == 429
