"""Looking into a workbook before a reader unfolds it: how large it gets, how far its cells reach, what is a formula.

A workbook is an archive of XML. What an archive says of its own sizes may be a lie, one cell far down makes a reader
lay out every cell above it, and one long text may stand in a million cells: so the parts are measured here, piece by
piece and within bounds.
"""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.parsers import expat

from ..errors import N_, BadInput

MOST_UNFOLDED = 300 * 1024 * 1024
"""Bytes of all parts together; the largest honest ledger of 20 MB has about two thirds of it."""
MOST_RATIO = 200
"""Unfolded to folded, of one part over a megabyte; honest sheets have 5 to 40."""
MOST_PARTS = 2_000
MOST_COLUMNS = 200
MOST_CELLS = 6_000_000
"""Rows times columns of one sheet, the empty ones included: a reader lays out all of them."""
CHUNK = 1024 * 1024
BOOK = "xl/workbook.xml"
SHARED_TEXTS = "xl/sharedstrings.xml"

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found in one sheet."""

    rows: int
    columns: int
    formulas: dict[tuple[int, int], str]
    """By row and column from 0: formulas without a kept value."""


def measure(content: bytes, *, most_rows: int) -> dict[str, Measured]:
    """Measure the sheets of a workbook, by name.

    Args:
        content: the bytes of an .xlsx file.
        most_rows: how far down a filled cell may stand.

    Raises:
        BadInput: it is no such file, or too large in one of the ways that are bounded here.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {part.filename.lstrip("/"): part for part in archive.infolist()}
            _check_declared(archive.infolist())
            sheets = _sheets(content, parts)
            budget = [MOST_UNFOLDED]
            lengths: list[int] = []
            for name in sorted(parts.keys() - set(sheets.values())):
                pieces = _unfold(content, parts[name], budget)
                if name.lower() == SHARED_TEXTS:
                    lengths = _lengths(pieces)
                else:
                    _exhaust(pieces)
            return {
                title: _Meter(most_rows, lengths, budget).run(_unfold(content, parts[name], budget))
                for title, name in sheets.items()
            }
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, KeyError, ValueError, NotImplementedError) as error:
        raise BadInput(N_("the file cannot be read as a workbook")) from error


def _check_declared(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNFOLDED:
        raise _bomb()
    if len({part.filename.lower().lstrip("/") for part in parts}) < len(parts):
        # Two parts of one name: whoever measures one may read the other.
        raise zipfile.BadZipFile
    for part in parts:
        if part.file_size > CHUNK and part.file_size > MOST_RATIO * max(part.compress_size, 1):
            raise _bomb()
        if part.compress_type not in _METHODS or part.flag_bits & 1:
            raise BadInput(N_("the file is locked with a password, or packed in an unknown way"))


def _bomb() -> BadInput:
    return BadInput(N_("the workbook would unfold to more than %(megabytes)d MB"), megabytes=MOST_UNFOLDED >> 20)


def _unfold(content: bytes, part: zipfile.ZipInfo, budget: list[int]) -> Iterator[bytes]:
    """The bytes of a part in pieces, counted as they come and not as the archive declares them."""
    start = part.header_offset
    header = content[start : start + 30]
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile
    begin = start + 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    folded = memoryview(content)[begin : begin + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        pieces: Iterator[bytes] = (bytes(folded[at : at + CHUNK]) for at in range(0, len(folded), CHUNK))
    else:
        pieces = _inflate(folded)
    for piece in pieces:
        budget[0] -= len(piece)
        if budget[0] < 0:
            raise _bomb()
        yield piece


def _inflate(folded: memoryview) -> Iterator[bytes]:
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    rest: bytes | memoryview = folded
    while rest and not engine.eof:
        piece = engine.decompress(rest, CHUNK)
        rest = engine.unconsumed_tail
        if piece:
            yield piece


def _exhaust(pieces: Iterator[bytes]) -> None:
    for _piece in pieces:
        pass


def _sheets(content: bytes, parts: dict[str, zipfile.ZipInfo]) -> dict[str, str]:
    """Names of the sheets and the parts that hold them, in order."""
    ids: dict[str, str] = {}
    targets: dict[str, str] = {}

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "sheet":
            if attributes["name"] in ids:
                raise ValueError
            ids[attributes["name"]] = next((v for label, v in attributes.items() if label.endswith(":id")), "")

    def root(name: str, attributes: dict[str, str]) -> None:
        # A reader that follows another path than this one would read what was not measured.
        is_book = attributes.get("Type", "").endswith("/officeDocument")
        if is_book and attributes.get("Target", "").lstrip("/") != BOOK:
            raise ValueError(name)

    def relation(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes["Target"]
            targets[attributes["Id"]] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    budget = [CHUNK * 8]
    _parse(_unfold(content, parts["_rels/.rels"], budget), root)
    _parse(_unfold(content, parts[BOOK], budget), sheet)
    _parse(_unfold(content, parts["xl/_rels/workbook.xml.rels"], budget), relation)
    # Sheets that hold a chart or a macro alone have no such relation, and no cells either.
    return {title: targets[key] for title, key in ids.items() if targets.get(key) in parts}


def _lengths(pieces: Iterator[bytes]) -> list[int]:
    """How long each of the texts is which cells share."""
    lengths: list[int] = []

    def element(name: str, _attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "si":
            lengths.append(0)

    def text(piece: str) -> None:
        if lengths:
            lengths[-1] += len(piece)

    _parse(pieces, element, text)
    return lengths


def _parse(
    pieces: Iterator[bytes],
    element: Callable[[str, dict[str, str]], None],
    text: Callable[[str], None] | None = None,
) -> None:
    parser = expat.ParserCreate()
    parser.CharacterDataHandler = text
    parser.StartElementHandler = element
    parser.StartDoctypeDeclHandler = _no_doctype
    for piece in pieces:
        parser.Parse(piece, False)
    parser.Parse(b"", True)


def _no_doctype(*_args: object) -> None:
    raise BadInput(N_("the file cannot be read as a workbook"))


class _Meter:
    """Follows the elements of one sheet: a million of them in a large ledger, so it does little for each."""

    def __init__(self, most_rows: int, lengths: list[int], budget: list[int]) -> None:
        self.most_rows = most_rows
        self.lengths = lengths
        self.budget = budget
        self.formulas: dict[tuple[int, int], str] = {}
        self.rows = self.columns = 0
        self.row = self.column = -1
        self.row_digits = ""
        self.letters: dict[str, int] = {}
        self.shared = False
        self.formula: list[str] | None = None
        self.value: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.StartDoctypeDeclHandler = _no_doctype

    def run(self, pieces: Iterator[bytes]) -> Measured:
        for piece in pieces:
            self.parser.Parse(piece, False)
        self.parser.Parse(b"", True)
        self.settle()
        if self.rows * self.columns > MOST_CELLS:
            raise BadInput(N_("the sheet has more than %(count)d cells"), count=MOST_CELLS)
        return Measured(self.rows, self.columns, self.formulas)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2] if ":" in name else name
        if tag == "c":
            if self.shared or self.formula is not None:
                self.settle()
            self.shared = attributes.get("t") == "s"
            self.step(attributes.get("r", ""))
        elif tag in ("v", "is"):
            self.reach()
            if self.shared or self.formula is not None:
                self.parser.CharacterDataHandler = self.value.append
        elif tag == "f":
            self.reach()
            self.formula = []
            self.parser.CharacterDataHandler = self.formula.append
        elif tag == "row":
            self.settle()
            self.row_digits = attributes.get("r") or str(self.row + 2)
            self.row = int(self.row_digits) - 1
            self.column = -1

    def step(self, reference: str) -> None:
        """Go to the cell of this name, or to the next one of the row where it has none."""
        letters = reference.rstrip("0123456789")
        if not letters:
            self.column += 1
            return
        column = self.letters.get(letters)
        if column is None:
            column = self.letters[letters] = _column(letters)
        self.column = column
        digits = reference[len(letters) :]
        if digits != self.row_digits:
            self.row_digits = digits
            self.row = int(digits) - 1

    def reach(self) -> None:
        """Something stands in this cell."""
        if self.row >= self.rows:
            if self.row >= self.most_rows:
                raise BadInput(N_("the file has more than %(count)d rows"), count=self.most_rows)
            self.rows = self.row + 1
        if self.column >= self.columns:
            if self.column >= MOST_COLUMNS:
                raise BadInput(N_("the sheet has more than %(count)d columns"), count=MOST_COLUMNS)
            self.columns = self.column + 1

    def settle(self) -> None:
        """The cell is over: note its formula if it came without a value, and how long its shared text is."""
        self.parser.CharacterDataHandler = None
        value = "".join(self.value).strip()
        self.value.clear()
        if self.formula is not None and not value:
            self.formulas[self.row, self.column] = f"={''.join(self.formula)}"
        elif self.shared and value and int(value) < len(self.lengths):
            self.budget[0] -= self.lengths[int(value)]
            if self.budget[0] < 0:
                raise _bomb()
        self.formula = None
        self.shared = False


def _column(letters: str) -> int:
    """A, B, … AA as 0, 1, … 26."""
    if len(letters) > 3 or not letters.isascii() or not letters.isalpha():
        raise ValueError
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1
