"""Themes: a sub-district's list of them, and the field of a theme from words in its name."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from tests.trail import trail_of
from volunteer_app import clock
from volunteer_app.activities import themes
from volunteer_app.activities.models import ThemeField
from volunteer_app.activities.themes import field_of
from volunteer_app.database import db
from volunteer_app.places.keeping import NameTaken
from volunteer_app.places.models import Place
from volunteer_app.teams.models import TeamKind

from ..factories import Cast, make_activity, make_theme

FIELDS = {
    ThemeField.SAFETY: "楼道消防演练 反诈骗宣传 节前安全大排查 食品安全宣传 防灾减灾演练 全民国家安全教育 禁毒宣传",
    ThemeField.HEALTH: "老年健康义诊 世界急救日培训 疫情防控宣传",
    ThemeField.ENVIRONMENT: "楼道清洁日 春季爱国卫生 垃圾分类课堂 植树护绿 世界环境日 僵尸车清理 文明养犬宣传",
    ThemeField.LEARNING: "世界读书日共读 党史故事会 法治讲堂 家庭教育讲堂 推广普通话周",
    ThemeField.NEIGHBOURS: "关爱独居老人 邻里百家宴 重阳敬老 八一拥军 学雷锋志愿服务 家电义务维修 暑期托管陪伴",
    ThemeField.CULTURE: "新春送福写春联 国庆歌咏 中秋诗会 秋季运动会 消夏文艺晚会 居家健身打卡 巾帼风采展 儿童欢乐游园",
}


@pytest.mark.parametrize("field", FIELDS)
def test_words_tell_the_field(field: ThemeField) -> None:
    for name in FIELDS[field].split():
        assert field_of(name, TeamKind.PARTY_BRANCH) is field, name


def test_where_no_word_tells_the_kind_of_team_does() -> None:
    assert field_of("劳动最光荣", TeamKind.CULTURAL_GROUP) is ThemeField.CULTURE
    for kind in set(TeamKind) - {TeamKind.CULTURAL_GROUP}:
        assert field_of("劳动最光荣", kind) is ThemeField.NEIGHBOURS


def names(subdistrict: Place, **wanted: Any) -> list[str]:
    return [theme.name for theme in db.session.scalars(themes.listed(subdistrict, **wanted))]


def test_adding(app: Flask, cast: Cast) -> None:
    theme = themes.add(" 楼道 消防 ", ThemeField.SAFETY, subdistrict=cast.subdistrict, by=cast.officer.id)
    assert (theme.name, theme.field, theme.subdistrict_id) == ("楼道 消防", ThemeField.SAFETY, cast.subdistrict.id)
    assert trail_of(theme) == [("add", {"name": ["", "楼道 消防"]})]
    with pytest.raises(NameTaken):
        themes.add("楼道 消防", ThemeField.HEALTH, subdistrict=cast.subdistrict, by=None)
    themes.add("楼道 消防", ThemeField.HEALTH, subdistrict=cast.elsewhere, by=None)


def test_the_list(app: Flask, cast: Cast) -> None:
    fire = make_theme(cast.subdistrict, "消防演练", ThemeField.SAFETY)
    make_theme(cast.subdistrict, "重阳敬老")
    make_theme(cast.elsewhere, "别处的")
    gone = make_theme(cast.subdistrict, "旧主题")
    themes.retire(gone, by=None)
    assert names(cast.subdistrict) == ["消防演练", "重阳敬老"]
    assert names(cast.subdistrict, order="-name") == ["重阳敬老", "消防演练"]
    assert names(cast.subdistrict, field=ThemeField.SAFETY) == names(cast.subdistrict, words="演") == ["消防演练"]
    assert names(cast.subdistrict, retired=True) == ["旧主题"]
    for days in (1, 2):
        make_activity(cast.team, fire, starts_at=clock.now() + timedelta(days=days))
    assert themes.used([fire.id, gone.id]) == {fire.id: 2}


def test_changing(app: Flask, cast: Cast) -> None:
    theme, other = make_theme(cast.subdistrict, "消防"), make_theme(cast.subdistrict, "防诈")
    changed = themes.change(theme, {"name": "消防演练", "field": ThemeField.SAFETY}, by=None)
    assert changed == {"name": ["消防", "消防演练"], "field": ["neighbours", "safety"]}
    assert themes.change(theme, {"name": "消防演练", "field": ThemeField.SAFETY}, by=None) == {}
    assert trail_of(theme) == [("change", changed)]
    with pytest.raises(NameTaken, match="there already"):
        themes.change(other, {"name": "消防演练", "field": ThemeField.SAFETY}, by=None)


def test_retiring_and_restoring(app: Flask, cast: Cast) -> None:
    theme = make_theme(cast.subdistrict, "消防")
    for verb in (themes.retire, themes.retire, themes.restore, themes.restore, themes.retire):
        verb(theme, by=None)
    assert theme.retired_on == clock.today()
    assert [action for action, _changes in trail_of(theme)] == ["retire", "restore", "retire"]
    with pytest.raises(NameTaken, match="retired"):
        themes.add("消防", ThemeField.SAFETY, subdistrict=cast.subdistrict, by=None)
