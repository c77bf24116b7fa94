"""Place: one table for everything from the district down to a venue; and when a venue can't be used."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..database import Base, UtcDateTime, new_slug, words


class PlaceKind(StrEnum):
    """What a place is, from the outside in."""

    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"
    COMPOUND = "compound"
    BUILDING = "building"
    VENUE = "venue"


class Management(StrEnum):
    """Who manages a compound (管理类别): nobody (无主管), its owners (业主委员会), a property company (物业管理)."""

    UNMANAGED = "unmanaged"
    OWNERS = "owners"
    PROPERTY = "property"


class Place(Base):
    """A place and what is counted of it. Retiring is a date: figures of earlier days keep the row."""

    __tablename__ = "place"
    __table_args__ = (
        # A compound's name is unique in its sub-district, any other place's in its parent.
        UniqueConstraint("unique_in_id", "kind", "name", name="uq_place_name"),
        # There is one district: two first imports at once must not make two.
        Index(
            "uq_place_district",
            "kind",
            unique=True,
            sqlite_where=text("kind = 'district'"),
            postgresql_where=text("kind = 'district'"),
        ),
        # Prefix searches of the path ("within") need this class on PostgreSQL; SQLite ignores it.
        Index("ix_place_path", "path", postgresql_ops={"path": "varchar_pattern_ops"}),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PlaceKind] = mapped_column(words(PlaceKind))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    unique_in_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    subdistrict_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    """The sub-district around it; its own id for a sub-district, none for a district."""
    name: Mapped[str] = mapped_column(String(60))
    slug: Mapped[str] = mapped_column(String(8), unique=True, default=new_slug)
    path: Mapped[str] = mapped_column(String(100), default="")
    """The ids from the district down to itself: ``/1/2/7/``."""
    telephone: Mapped[str] = mapped_column(String(20), default="")
    office_hours: Mapped[str] = mapped_column(String(60), default="")
    management: Mapped[Management | None] = mapped_column(words(Management))
    households: Mapped[int | None]
    floors: Mapped[int | None]
    stairwells: Mapped[int | None]
    area_m2: Mapped[float | None] = mapped_column(Numeric(12, 1, asdecimal=False))
    renovated: Mapped[bool | None]
    retired_on: Mapped[date | None] = mapped_column(Date)
    """The first day on which it is no longer there."""

    parent: Mapped["Place | None"] = relationship(remote_side=id, foreign_keys=parent_id)


class VenueBlock(Base):
    """A time at which a venue can't be used (停用), such as repairs or an election."""

    __tablename__ = "venue_block"
    __table_args__ = (Index("ix_venue_block_venue_id_starts_at", "venue_id", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(100))

    venue: Mapped[Place] = relationship()
