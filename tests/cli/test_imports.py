"""import: a line for each sheet, a line for each fault, all or nothing."""

import pytest
from sqlalchemy import func, select

from tests.ledgers.books import DATA
from volunteer_app.database import db
from volunteer_app.places.models import Place
from volunteer_app.teams.models import Team

pytestmark = pytest.mark.now("2024-11-25T08:30+08:00")

SMALL = str(DATA / "small")
SHEETS = [
    ("xiaonan/01-places-楼院.csv [楼院]", 6),
    ("xiaonan/01-places-楼栋.csv [楼栋]", 35),
    ("xiaonan/02-teams-队伍.csv [队伍]", 13),
    ("xiaonan/02-teams-成员.csv [成员]", 86),
    ("xiaonan/03-assignments-分包下沉.csv [分包下沉]", 28),
    ("xiaonan/04-cadres-干部结对.csv [干部结对]", 5),
    ("xiaonan/04-cadres-请假.csv [请假]", 6),
    ("xiaonan/05-service-log-服务记录.csv [服务记录]", 154),
    ("xiaonan/06-activity-plan-主题活动.csv [主题活动]", 182),
    ("xiaonan/07-attendance-签到.csv [签到]", 667),
    ("xiaonan/09-contests-期次.csv [期次]", 2),
    ("xiaonan/09-contests-评分标准.csv [评分标准]", 5),
    ("xiaonan/09-contests-参评.csv [参评]", 24),
    ("xiaonan/09-contests-评委打分.csv [评委打分]", 120),
    ("xiaonan/09-contests-群众投票.csv [群众投票]", 19),
]


def places() -> int:
    return db.session.scalar(select(func.count()).select_from(Place)) or 0


def test_new_and_then_known(run):
    result = run("import", SMALL)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    known = len(SHEETS)
    assert lines[:known] == [
        f"{name}: read {number}, added {number}, changed 0, unchanged 0, refused 0, not in this file 0"
        for name, number in SHEETS
    ]
    assert len(lines) == known + 6
    assert (
        lines[known]
        == "xiaonan/08-requests-民情台账.csv [民情台账]: skipped, this version does not read 08-requests yet"
    )
    assert run("import", SMALL).stdout.splitlines()[:known] == [
        f"{name}: read {number}, added 0, changed 0, unchanged {number}, refused 0, not in this file 0"
        for name, number in SHEETS
    ]


def test_a_dry_run_writes_nothing(run):
    result = run("import", "--dry-run", SMALL)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].startswith("xiaonan/01-places-楼院.csv [楼院]: read 6, added 6")
    assert result.stdout.splitlines()[-1] == "Nothing was written: this was a dry run."
    assert places() == 0


def test_faults_are_a_line_each_and_write_nothing(run):
    run("import", str(DATA / "anhe" / "01-places.xlsx"))
    before = places()
    for options in ((), ("--dry-run",)):
        result = run("import", str(DATA / "bad" / "teams-bad-rows.xlsx"), "--subdistrict", "安和路街道", *options)
        assert result.exit_code == 1
        lines = result.stdout.splitlines()
        assert lines[0].startswith("teams-bad-rows.xlsx [队伍]: read 10, added 1, changed 0, unchanged 0, refused 9")
        assert lines[1] == "teams-bad-rows.xlsx [队伍] row 4, column 队伍名称: must not be blank"
        assert len(lines) == 10
        assert result.stderr == "The ledgers have faults (9); nothing was written.\n"
    assert places() == before
    assert db.session.query(Team).count() == 0


def test_faults_in_the_language_of_the_user(run):
    chinese = run("import", str(DATA / "bad" / "empty.csv"), language="zh")
    assert chinese.exit_code == 1
    assert "empty.csv" in chinese.stdout


def test_whose_ledger(run, tmp_path):
    result = run("import", str(DATA / "bad" / "teams-bad-rows.xlsx"))
    assert (
        "teams-bad-rows.xlsx [队伍]: whose ledger is this? Add the column 街道, or say the sub-district"
        in result.stdout
    )
    result = run("import", str(DATA / "bad" / "teams-bad-rows.xlsx"), "--subdistrict", "无名街道")
    assert (result.exit_code, result.stderr) == (1, "There's no sub-district 无名街道: import its 01-places first.\n")
    result = run("import", str(tmp_path))
    assert (result.exit_code, result.stderr) == (1, f"There are no workbooks and no CSV files in {tmp_path}.\n")
    assert run("import", str(tmp_path / "nowhere.xlsx")).exit_code == 2


def test_what_does_not_agree_is_said_and_imported(run, tmp_path):
    file = tmp_path / "01-places-楼院.csv"
    file.write_text("街道,社区,楼院,管理类别,楼栋数\n青云街道,云台社区,云台里,无主管,4\n", "utf-8")
    (tmp_path / "01-places-楼栋.csv").write_text("社区,楼院,楼栋\n云台社区,云台里,1号楼\n", "utf-8")
    result = run("import", str(tmp_path))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == (
        "Please check: 01-places-楼院.csv [楼院] row 2, column 楼栋数: 4 buildings are said here, 1 are listed"
    )
