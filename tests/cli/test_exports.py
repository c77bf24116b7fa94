"""export: a ledger in the shape in which it is imported."""

import pytest

from tests.factories import make_person, make_sign_up
from tests.ledgers.books import DATA
from volunteer_app.activities.models import Activity
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.ledgers import catalogue
from volunteer_app.tables.reading import read

pytestmark = pytest.mark.now("2024-11-25T08:30+08:00")


@pytest.fixture
def filled(run):
    assert run("import", str(DATA / "small")).exit_code == 0
    return run


def export(run, *options: str):
    return run("export", *options, "--subdistrict", "小南街道")


@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
@pytest.mark.parametrize(
    ("ledger", "files"),
    [
        ("01-places", ["01-places-楼栋.csv", "01-places-楼院.csv"]),
        ("02", ["02-teams-成员.csv", "02-teams-队伍.csv"]),
        ("assignments", ["03-assignments-分包下沉.csv"]),
        ("04", ["04-cadres-干部结对.csv", "04-cadres-请假.csv"]),
        ("05-service-log", ["05-service-log-服务记录.csv"]),
        ("activity-plan", ["06-activity-plan-主题活动.csv"]),
        ("07-attendance", ["07-attendance-签到.csv"]),
        (
            "contests",
            [f"09-contests-{sheet}.csv" for sheet in ("参评", "期次", "群众投票", "评分标准", "评委打分")],
        ),
    ],
)
def test_out_and_in_again(filled, tmp_path, ledger, files, file_format):
    target = tmp_path / "out"
    result = export(filled, ledger, "--format", file_format, "--output", str(target))
    assert (result.exit_code, result.stderr) == (0, "")
    written = sorted(path.name for path in target.iterdir())
    assert written == (files if file_format == "csv" else [f"{files[0].rpartition('-')[0]}.xlsx"])
    assert sorted(result.stdout.splitlines()) == sorted(f"{target / name} is written." for name in written)
    again = filled("import", str(target))
    assert again.exit_code == 0
    assert all(" added 0, changed 0, " in line for line in again.stdout.splitlines())


def test_one_file_where_the_name_is_one(filled, tmp_path):
    target = tmp_path / "signed in.csv"
    assert export(filled, "07", "--format", "csv", "--output", str(target)).exit_code == 0
    assert len(read("a.csv", target.read_bytes())[0].rows) == 668
    again = filled("import", str(target))
    assert again.stdout == (
        "signed in.csv [签到]: read 667, added 0, changed 0, unchanged 667, refused 0, not in this file 0\n"
    )


def test_a_period(filled, tmp_path):
    target = tmp_path / "plan.xlsx"
    export(filled, "06", "--from", "2024-01-01", "--to", "2024-01-07", "--output", str(target))
    days = [str(row[1]) for row in read("a.xlsx", target.read_bytes())[0].rows[2:]]
    assert len(days) == 7
    assert all("2024-01-01" <= day <= "2024-01-07" for day in days)


def test_what_cannot_be_said_is_counted_on_the_error_stream(filled, tmp_path):
    db.session.query(Activity).limit(3).all()[0].headcount = 40
    result = export(filled, "06", "--output", str(tmp_path / "plan.xlsx"))
    assert (result.exit_code, result.stderr) == (0, "not written: headcounts without names (1)\n")


def test_the_list_of_sign_ups(filled, tmp_path):
    activity = db.session.query(Activity).order_by(Activity.id).first()
    make_sign_up(activity, make_person("周文"))
    target = tmp_path / "list.csv"
    days = ("--from", "2020-01-01", "--to", "2030-01-01", "--format", "csv", "--output", str(target))
    result = export(filled, "sign-ups", *days)
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{target} is written.\n", "")
    rows = read("list.csv", target.read_bytes())[0].rows
    assert [row[6] for row in rows] == ["姓名", "周文"]
    entry = db.session.query(AuditEntry).filter_by(action="export").one()
    assert (entry.account_id, entry.door, entry.changes["rows"]) == (None, "command", 1)


def test_refusals(filled, tmp_path):
    target = str(tmp_path / "x.xlsx")
    (tmp_path / "file").touch()
    for options, said in (
        (
            ("08-requests", "--output", target),
            f"There's no ledger 08-requests: {', '.join(catalogue.LEDGERS)}.",
        ),
        (
            ("06", "--from", "2024-02-02", "--to", "2024-02-01", "--output", target),
            "The last day lies before the first.",
        ),
        (
            ("06", "--output", str(tmp_path / "file" / "x.xlsx")),
            f"{tmp_path}/file/x.xlsx can't be written: File exists",
        ),
    ):
        result = export(filled, *options)
        assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{said}\n")
    result = filled("export", "06", "--subdistrict", "无名街道", "--output", target)
    assert (result.exit_code, result.stderr) == (
        1,
        "There is no sub-district called 无名街道. Import its places first.\n",
    )
    assert not (tmp_path / "x.xlsx").exists()
