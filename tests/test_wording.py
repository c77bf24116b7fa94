"""Words: none stand bare in a template, all of them are in both catalogues, and the compiled catalogues are fresh."""

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

import volunteer_app

ROOT = Path(volunteer_app.__file__).parents[1]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
CATALOGUES = ROOT / "volunteer_app" / "translations"
LANGUAGES = ("zh_Hans_CN", "en")

KEYWORDS = {
    "_": None,
    "_l": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
}
SAID = {"_", "gettext", "ngettext", "lazy_gettext"}
"""What a template translates with."""
OWN_NAME = {"English", "中文"}
"""A language is called by its own name in every language."""
HEARD = ("alt", "aria-description", "aria-label", "aria-roledescription", "placeholder", "title")
"""Attributes which people read or hear."""
LETTERS = re.compile(r"[A-Za-z\u3400-\u9fff]{2,}")
HAN = re.compile(r"[\u3400-\u9fff]")
SENTENCE = re.compile(r"^[A-Z][a-z]+[ .…]")
PLACE = re.compile(r"%\((\w+)\)[sd]")


def template_name(path: Path) -> str:
    return path.relative_to(ROOT / "templates").as_posix()


class Bare(HTMLParser):
    """Collects the words that stand in a page's text and in its spoken attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        heard = [values.get(attribute) for attribute in HEARD]
        if tag == "input" and values.get("type") in ("submit", "button", "reset"):
            heard.append(values.get("value"))
        for text in heard:
            self.handle_data(text or "")

    def handle_data(self, data: str) -> None:
        data = data.strip()
        if LETTERS.search(data) and data not in OWN_NAME:
            self.words.append(data)


@pytest.mark.parametrize("path", TEMPLATES, ids=template_name)
def test_no_word_stands_bare_in_a_template(path):
    source = re.sub(r"{#.*?#}", "", path.read_text("utf-8"), flags=re.DOTALL)
    source = re.sub(r"{%-?\s*trans\b.*?{%-?\s*endtrans\s*-?%}", " ", source, flags=re.DOTALL)
    bare = Bare()
    bare.feed(re.sub(r"{{.*?}}|{%.*?%}", " ", source, flags=re.DOTALL))
    assert bare.words == []


@pytest.mark.parametrize("path", TEMPLATES, ids=template_name)
def test_no_sentence_in_an_expression_goes_untranslated(path):
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(path.read_text("utf-8"))
    said = {
        id(constant)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in SAID
        for constant in call.find_all(nodes.Const)
    }
    untranslated = [
        constant.value
        for constant in tree.find_all(nodes.Const)
        if isinstance(constant.value, str)
        and id(constant) not in said
        and (SENTENCE.match(constant.value) or HAN.search(constant.value))
        and constant.value not in OWN_NAME
    ]
    assert untranslated == []


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    """All source strings of the product as the catalogues know them, each with the file it was first found in."""
    with (ROOT / "babel.cfg").open() as configuration:
        methods, options = parse_mapping_cfg(configuration)
    found: dict[str, str] = {}
    for part in ("volunteer_app", "templates"):
        for file, _line, message, _comments, _context in extract_from_dir(
            str(ROOT),
            methods,
            options,
            keywords=KEYWORDS,
            directory_filter=lambda folder, part=part: wanted(folder, part),
        ):
            found.setdefault(message if isinstance(message, str) else message[0], file)
    return found


def wanted(folder: str, part: str) -> bool:
    """Whether to look for strings in a folder: below *part* alone."""
    return Path(folder).relative_to(ROOT).parts[0] == part


def catalogue(language: str) -> Catalog:
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def entries(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def forms(value: str | tuple[str, ...] | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_is_in_the_catalogue(language, written):
    known = {forms(message.id)[0] for message in entries(language)}
    assert {text: file for text, file in written.items() if text not in known} == {}
    assert sorted(known - written.keys()) == []


def test_every_string_is_translated():
    missing = [message.id for message in entries("zh_Hans_CN") if message.fuzzy or not all(forms(message.string or ""))]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_places(language):
    """A name in a translation that the code doesn't fill would fail before a user's eyes."""
    wrong = []
    for message in entries(language):
        places = {place for text in forms(message.id) for place in PLACE.findall(text)}
        for text in forms(message.string or ""):
            if text and not set(PLACE.findall(text)) <= places:
                wrong.append((message.id, text))
            # Chinese has one form for every number, so nothing may be lost in it.
            if text and language == "zh_Hans_CN" and set(PLACE.findall(text)) != places:
                wrong.append((message.id, text))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogues_are_fresh(language):
    compiled = read_mo(io.BytesIO((CATALOGUES / language / "LC_MESSAGES" / "messages.mo").read_bytes()))
    fresh = {forms(m.id)[0]: forms(m.string) for m in compiled if m.id}
    wanted = {forms(m.id)[0]: forms(m.string) for m in entries(language) if all(forms(m.string or ""))}
    assert fresh == wanted
