"""The field of a theme, from words in its name."""

import pytest

from volunteer_app.activities.models import ThemeField
from volunteer_app.activities.themes import field_of
from volunteer_app.teams.models import TeamKind

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
