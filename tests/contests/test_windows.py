"""When a round does what: against a plain re-statement, and to the second at every boundary."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_app import clock
from volunteer_app.contests import windows
from volunteer_app.contests.models import Round
from volunteer_app.contests.windows import Phase

FIRST = date(2020, 11, 1)


def a_round(**values: object) -> Round:
    """Entries 1–10, judging 11–18, voting 12–20 November, five days of publication; in no database."""
    defaults = {
        "entries_from": FIRST,
        "entries_until": date(2020, 11, 10),
        "judging_from": date(2020, 11, 11),
        "judging_until": date(2020, 11, 18),
        "voting_from": date(2020, 11, 12),
        "voting_until": date(2020, 11, 20),
        "notice_days": 5,
        "published_at": clock.midnight(date(2020, 10, 20)),
    }
    return Round(**{**defaults, **values})


def at(day: int, hour: str = "00:00:00") -> datetime:
    """A moment of November 2020 in the product's zone."""
    return datetime.fromisoformat(f"2020-11-{day:02}T{hour}+08:00")


@pytest.mark.parametrize(
    ("moment", "phase"),
    [
        (datetime.fromisoformat("2020-10-31T23:59:59+08:00"), Phase.ANNOUNCED),
        (at(1), Phase.ENTERING),
        (at(10, "23:59:59"), Phase.ENTERING),
        (at(11), Phase.DECIDING),
        (at(20, "23:59:59"), Phase.DECIDING),
        (at(21), Phase.NOTICE),
        (at(25, "23:59:59"), Phase.NOTICE),
        (at(26), Phase.STANDING),
    ],
)
def test_phases_change_at_midnight(moment: datetime, phase: Phase) -> None:
    assert windows.phase(a_round(), at=moment) is phase
    assert windows.phase(a_round(published_at=None), at=moment) is Phase.DRAFT
    assert windows.phase(a_round(cancelled_at=at(2)), at=moment) is Phase.CANCELLED


def test_between_the_windows() -> None:
    round = a_round(judging_from=date(2020, 11, 13), judging_until=date(2020, 11, 14), voting_from=date(2020, 11, 16))
    found = [windows.phase(round, at=at(day)) for day in range(10, 18)]
    between, deciding = Phase.BETWEEN, Phase.DECIDING
    assert found == [Phase.ENTERING, between, between, deciding, deciding, between, deciding, deciding]


def test_the_close_to_the_second() -> None:
    round = a_round()
    assert windows.closes_at(round) == at(21)
    assert not windows.is_closed(round, at=at(20, "23:59:59"))
    assert windows.is_closed(round, at=at(21))
    assert not windows.is_closed(a_round(published_at=None), at=at(29))
    assert not windows.is_closed(a_round(cancelled_at=at(2)), at=at(29))


@pytest.mark.parametrize(
    ("missing", "decided"),
    [
        (("judging_from", "judging_until"), date(2020, 11, 20)),
        (("voting_from", "voting_until"), date(2020, 11, 18)),
        (("judging_from", "judging_until", "voting_from", "voting_until"), date(2020, 11, 10)),
    ],
)
def test_without_a_window(missing: tuple[str, ...], decided: date) -> None:
    round = a_round(**dict.fromkeys(missing))
    assert windows.decided_on(round) == decided
    assert windows.closes_at(round) == clock.midnight(decided + timedelta(days=1))
    assert windows.notice_until(round) == decided + timedelta(days=5)


@given(st.data())
def test_as_restated(data: st.DataObject) -> None:
    """Every window is open on its days and on no other, whatever lies in it; only one published and going on is."""
    spans = {}
    for window in ("entries", "judging", "voting"):
        since = FIRST + timedelta(days=data.draw(st.integers(0, 20)))
        spans[window] = (since, since + timedelta(days=data.draw(st.integers(0, 10))))
        if window != "entries" and data.draw(st.booleans()):
            spans[window] = (None, None)
    columns = {f"{window}_{end}": span[n] for window, span in spans.items() for n, end in enumerate(("from", "until"))}
    published, cancelled = data.draw(st.booleans()), data.draw(st.booleans())
    round = a_round(
        **columns,
        published_at=clock.midnight(FIRST) if published else None,
        cancelled_at=clock.midnight(FIRST) if cancelled else None,
    )
    moment = clock.midnight(FIRST) + timedelta(seconds=data.draw(st.integers(-86_400, 40 * 86_400)))
    on = (moment + timedelta(hours=8)).replace(tzinfo=None).date()
    going = published and not cancelled

    def open_on(window: str) -> bool:
        since, until = spans[window]
        return going and since is not None and since <= on <= until

    asked = (windows.may_enter, windows.may_judge, windows.may_vote)
    for window, ask in zip(("entries", "judging", "voting"), asked, strict=True):
        assert ask(round, at=moment) == open_on(window)
    ends = [spans[window][1] for window in ("judging", "voting") if spans[window][1]]
    last = max(ends) if ends else spans["entries"][1]
    assert windows.is_closed(round, at=moment) == (going and on > last)
