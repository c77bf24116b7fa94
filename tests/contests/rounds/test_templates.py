"""Templates: the default sheet, and what the next round is called."""

from datetime import date

import pytest

from volunteer_app.contests.models import ContestKind, Subject
from volunteer_app.contests.rounds import checks, templates


def test_the_default_sheet_of_the_best_building() -> None:
    assert templates.of_key("best_building").criteria == [
        ("环境卫生", 20),
        ("楼道畅通", 20),
        ("消防安全无飞线充电", 15),
        ("垃圾分类", 10),
        ("文明养犬", 5),
        ("邻里和睦", 10),
        ("志愿服务", 10),
        ("设施与绿化", 5),
        ("居民议事", 5),
    ]


@pytest.mark.parametrize("key", templates.CHOICES)
def test_each_makes_a_round_that_can_be(key: str) -> None:
    template = templates.of_key(key)
    values = templates.values(template, since=date(2020, 12, 1), number=7)
    assert values.keys() == set(checks.COLUMNS)
    assert checks.faults(values) == {}
    assert checks.criteria_fault(template.criteria, judges_weight=values["judges_weight"]) is None
    assert sum(points for _name, points in template.criteria) == 100
    assert (values["judges_weight"], values["voters_weight"]) == (70, 30)


def test_the_days_of_a_new_round() -> None:
    values = templates.values(templates.of_key("best_building"), since=date(2020, 12, 1), number=7)
    assert (values["kind"], values["subject"]) == (ContestKind.BEST_BUILDING, Subject.BUILDING)
    assert values["name"] == "第七期楼栋评比赛"
    assert [values[name] for name in checks.DAYS] == [
        date(2020, 12, 1),
        date(2020, 12, 14),
        date(2020, 12, 15),
        date(2020, 12, 24),
        date(2020, 12, 15),
        date(2020, 12, 24),
    ]


def test_an_unknown_template() -> None:
    with pytest.raises(KeyError):
        templates.of_key("tallest_tower")


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (99, "九十九"), (100, "100")],
)
def test_spelled(number: int, said: str) -> None:
    assert templates.spelled(number) == said


@pytest.mark.parametrize(
    ("name", "follower"),
    [
        ("第六期楼栋评比赛", "第十二期楼栋评比赛"),
        ("第6期楼栋评比赛", "第12期楼栋评比赛"),
        ("2020年第3届晒最美", "2022年第12届晒最美"),
        ("2020年度晒最美·阳台", "2022年度晒最美·阳台"),
        ("晒最美·阳台", "晒最美·阳台"),
        ("第五社区晒最美", "第五社区晒最美"),
    ],
)
def test_what_the_follower_is_called(name: str, follower: str) -> None:
    assert templates.renamed(name, years=2, number=12) == follower


def test_a_name_with_its_year() -> None:
    assert templates.with_year("晒最美·阳台", 2021) == "晒最美·阳台（2021年）"
