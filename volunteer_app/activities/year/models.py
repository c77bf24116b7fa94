"""ThemeAnchor and ThemeMove."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...database import Base, words
from ...places.models import Place
from ..models import Theme


class AnchorKind(StrEnum):
    """What a theme's day of the year hangs on."""

    DAY = "day"
    """A day of a month, such as 3 May."""
    WEEKDAY = "weekday"
    """The n-th weekday of a month, such as the third Sunday of May."""
    LUNAR = "lunar"
    """A day of the lunar calendar (农历), such as 端午."""
    TERM = "term"
    """A solar term (节气), such as 清明."""
    SPARE = "spare"
    """No day of its own (机动): for a week that has no theme, the 53rd among them."""


class ThemeAnchor(Base):
    """A theme's place in every year (年度主题): what its day hangs on."""

    __tablename__ = "theme_anchor"
    __table_args__ = (UniqueConstraint("subdistrict_id", "theme_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subdistrict_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    theme_id: Mapped[int] = mapped_column(ForeignKey(Theme.id))
    kind: Mapped[AnchorKind] = mapped_column(words(AnchorKind))
    month: Mapped[int | None]
    """1 to 12, of the lunar calendar for LUNAR."""
    day: Mapped[int | None]
    """Day of the month; 30 stands for the last day of a lunar month."""
    nth: Mapped[int | None]
    """1 to 4, or -1 for the last, for WEEKDAY."""
    weekday: Mapped[int | None]
    """Monday 0 to Sunday 6, for WEEKDAY."""
    term: Mapped[int | None]
    """0 for 小寒 to 23 for 冬至, in the order of the year, for TERM."""
    days_later: Mapped[int] = mapped_column(default=0)
    """How many days after what it hangs on it falls; before it where negative."""
    off: Mapped[bool] = mapped_column(default=False)
    """Turned off: it's kept, and no year has it."""

    theme: Mapped[Theme] = relationship()


class ThemeMove(Base):
    """One year's exception: a theme's day moved to another one, or left out."""

    __tablename__ = "theme_move"
    __table_args__ = (UniqueConstraint("anchor_id", "anchored_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    anchor_id: Mapped[int] = mapped_column(ForeignKey(ThemeAnchor.id))
    anchored_on: Mapped[date] = mapped_column(Date)
    """The day on which it would fall."""
    moved_to: Mapped[date | None] = mapped_column(Date)
    """None where it's left out."""

    anchor: Mapped[ThemeAnchor] = relationship()
