"""The architecture as tests: who may import whom, who may come, one clock, one schema, files of a readable size."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from importlinter.cli import lint_imports

import volunteer_app
from volunteer_app.database import Base, db

PACKAGE = Path(volunteer_app.__file__).parent
ROOT = PACKAGE.parent
SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if "versions" not in path.parts)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LONGEST = 300
"""Lines; a longer file holds two subjects."""

HAN = re.compile(r"[\u3400-\u9fff]")
CHINESE_BY_NATURE = (
    "activities/year/defaults.py",  # the themes of a Chinese year
    "activities/themes.py",  # words by which a theme's field is known
    "calendars/wording.py",  # what a feed says, in the language of its readers
    "contests/judging/panel.py",  # what judges are called is data: 评委甲, 评委乙 …
    "contests/voting/households.py",  # how doors are written
    "contests/voting/sheet.py",  # the printed cards, as the office writes them
    "demo/",  # an invented Chinese neighbourhood
    "ledgers/",  # headers and values of the office's tables
    "people/",  # surnames, characters of names
    "places/registry.py",  # what a district is called until it has a name
    "teams/models.py",  # the values of 类别 stay Chinese in every language
    "web/filters.py",  # the suffix of a community's name
    "web/dates.py",  # how Chinese writes dates
    "web/html.py",  # the word for a day's activities in a narrow heading
    "web/styles.py",  # a made-up team on the page of all pieces
    "workdays.py",  # names of feasts
)


def name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix() if path.is_relative_to(PACKAGE) else path.name


def test_imports_keep_the_contracts(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True) == 0, capsys.readouterr().out


def test_imports_stand_at_the_top():
    inside = [
        f"{name(path)}:{node.lineno}"
        for path in SOURCES
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    assert inside == []


def test_every_endpoint_says_who_may_come(sqlite_app):
    open_doors = {
        rule.endpoint
        for rule in sqlite_app.url_map.iter_rules()
        if getattr(sqlite_app.view_functions[rule.endpoint], "access", None) not in ("public", "member", "staff")
    }
    assert open_doors == {"static"}


def test_view_endpoint_and_address_agree(sqlite_app):
    """A view's name is its endpoint's, and addresses have no verbs that change something by GET."""
    for rule in sqlite_app.url_map.iter_rules():
        if rule.endpoint != "static":
            view = sqlite_app.view_functions[rule.endpoint]
            assert rule.endpoint.rpartition(".")[2] == view.__name__


def test_models_and_migrations_agree(app):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_one_reader_of_the_clock(path):
    if path.name == "clock.py":
        return
    calls = [
        f"{node.func.value.id}.{node.func.attr} in line {node.lineno}"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("datetime", "date", "time")
        and node.func.attr in ("now", "utcnow", "today", "time", "localtime")
    ]
    assert calls == []


def test_files_are_of_a_readable_size():
    long = {name(path): lines for path in SOURCES if (lines := len(path.read_text("utf-8").splitlines())) > LONGEST}
    assert long == {}


def test_chinese_stands_in_data_alone():
    """Words for people come from the catalogues; comments and docstrings may explain a Chinese term."""
    found = [
        f"{name(path)}:{line} {text}"
        for path in SOURCES
        if not name(path).startswith(CHINESE_BY_NATURE)
        for line, text in strings(path)
        if HAN.search(text)
    ]
    assert found == []


def test_every_test_is_found_by_its_name():
    hidden = [
        path.as_posix()
        for path in TESTS
        if re.search(r"^def test_", path.read_text("utf-8"), re.MULTILINE) and not path.name.startswith("test_")
    ]
    assert hidden == []


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """The string constants of a module which aren't docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    explaining = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explaining:
            yield node.lineno, node.value
