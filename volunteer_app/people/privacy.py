"""What may be shown of a person: masks for public pages, feeds and boards. Every one of them goes through here."""

# Surnames of two characters, so that 欧阳娜娜 becomes 欧阳*娜 and not 欧**娜.
COMPOUND_SURNAMES = frozenset(
    "欧阳 司马 上官 诸葛 夏侯 皇甫 尉迟 公孙 慕容 令狐 长孙 宇文 司徒 司空 东方 独孤 南宫 端木 百里 轩辕 呼延 申屠 "
    "太史 濮阳 闻人 赫连 澹台 公冶 宗政 淳于 单于 仲孙 钟离 鲜于 闾丘 西门 东郭 第五".split()
)


def mask_name(name: str) -> str:
    """张三 → 张*, 王小明 → 王*明, 欧阳娜娜 → 欧阳*娜; a name in Latin letters keeps its first letters: A* S*."""
    if name.isascii():
        return " ".join(f"{word[0]}*" for word in name.split())
    surname = name[:2] if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else name[:1]
    given = name[len(surname) :]
    if len(given) < 2:
        return f"{surname}*"
    return f"{surname}{'*' * (len(given) - 1)}{given[-1]}"


def mask_phone(phone: str) -> str:
    """13812345678 → 138****5678; a shorter number keeps its last two digits."""
    if len(phone) == 11 and phone.startswith("1"):
        return f"{phone[:3]}****{phone[7:]}"
    return f"{'*' * max(len(phone) - 2, 0)}{phone[-2:]}"
