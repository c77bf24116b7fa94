"""Text that no spreadsheet program takes for a formula, there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_app.tables.cells import as_meant, defused


@pytest.mark.parametrize("text", ["=1+1", "+86", "-5", "@here", "\tx", "\rx", "\nx", "＝1", "'=1", "''-1"])
def test_what_could_run_is_guarded(text: str) -> None:
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "合唱", "1=1", "'quoted'", "O'Brien"])
def test_all_else_stays_as_it_is(text: str) -> None:
    assert (defused(text), as_meant(text)) == (text, text)


@given(st.text(alphabet="'=+-@\t\r\n＝ab", max_size=6) | st.text(max_size=20))
def test_there_and_back(text: str) -> None:
    assert as_meant(defused(text)) == text
