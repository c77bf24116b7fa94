"""Where points and labels of charts lie."""

from volunteer_app.web.charts import line, share


def test_a_line_needs_two_points_and_something_to_show() -> None:
    assert line([]) is None
    assert line([("8/10", 5)]) is None
    assert line([("8/10", 0), ("8/17", 0)]) is None


def test_the_ends_and_the_extremes_are_labelled() -> None:
    values = (722, 722, 671, 759, 750, 702, 735, 782, 734, 749, 724, 714)
    chart = line([(str(n), value) for n, value in enumerate(values)])
    assert chart
    assert chart.grid == [(86.0, 0), (47.0, 400), (8.0, 800)]
    assert [(it.value, it.above) for it in chart.points if it.labelled] == [(671, False), (782, True), (714, True)]
    assert [it.name for it in chart.points if it.tick] == ["0", "3", "7", "11"]
    assert (chart.points[0].x, chart.points[0].y, chart.points[-1].x) == (3.0, 15.6, 97.0)
    assert (chart.lowest, chart.highest) == (671, 782)
    assert [chart.points[0].anchor, chart.points[5].anchor, chart.points[-1].anchor] == ["start", "middle", "end"]


def test_labels_do_not_cover_one_another_or_the_axis() -> None:
    chart = line([(str(n), value) for n, value in enumerate((0, 9, 3, 4, 5, 6, 7, 8, 9, 9, 10, 9))])
    assert chart
    # The highest stands too near the last; the lowest lies on the axis, so its label goes above it.
    assert [(it.value, it.above) for it in chart.points if it.labelled] == [(0, True), (9, True)]
    assert chart.grid[-1] == (8.0, 20)


def test_bars_are_measured_against_the_longest() -> None:
    assert [share(value, 1255) for value in (1255, 1201, 0)] == [100.0, 95.7, 0.0]
    assert share(0, 0) == 0
