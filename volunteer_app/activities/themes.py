"""The field of a theme, from words in its name [F: domain rules, weekly themes]. The office corrects it."""

from ..teams.models import TeamKind
from .models import ThemeField

# In this order: 消防演练 is a matter of safety although 演练 is learning, 垃圾分类课堂 one of the environment.
_WORDS = {
    ThemeField.SAFETY: (
        "消防 防火 灭火 防诈 反诈 诈骗 排查 隐患 安全 防灾 减灾 防震 防汛 防溺水 溺水 禁毒 毒品 煤气 燃气 用电 充电 "
        "交通 巡逻 治安 国防"
    ),
    ThemeField.HEALTH: "义诊 急救 健康 疫情 防疫 疫苗 体检 养生 献血 医 中暑 血压 控烟 无烟 心理",
    ThemeField.ENVIRONMENT: ("清洁 卫生 垃圾 植树 护绿 绿化 环境 环保 扫除 扫雪 清理 光盘 节约 节水 水周 养犬 低碳"),
    ThemeField.LEARNING: (
        "读书 共读 阅读 书香 讲堂 课堂 讲座 党史 法治 宪法 普法 维权 科普 普通话 教育 家教 学习 培训 推广"
    ),
    ThemeField.NEIGHBOURS: (
        "关爱 独居 助老 敬老 助残 邻里 百家宴 维修 检修 供暖 托管 护学 拥军 双拥 慈善 捐 雷锋 志愿 帮扶 清凉 便民 理发"
    ),
    ThemeField.CULTURE: (
        "春联 歌 诗 晚会 文艺 运动 健身 健步 舞 戏 灯谜 粽 端午 元宵 七夕 中秋 游园 风采 书画 棋 祭扫 文化 合唱 饺子"
    ),
}
_FIELDS = tuple((field, tuple(words.split())) for field, words in _WORDS.items())


def field_of(name: str, kind: TeamKind) -> ThemeField:
    """The field of a theme called *name*, held by a team of *kind*.

    Where no word tells, it's culture for a cultural group and neighbourly help for all others.
    """
    for field, words in _FIELDS:
        if any(word in name for word in words):
            return field
    return ThemeField.CULTURE if kind is TeamKind.CULTURAL_GROUP else ThemeField.NEIGHBOURS
