"""Finding the files of a command: workbooks, CSV files, folders of both."""

from collections.abc import Iterable
from pathlib import Path

from ..errors import N_, BadInput
from ..tables.reading import OTHER_WORKBOOKS, WORKBOOKS
from .reading import Source

ENDINGS = (".csv", *WORKBOOKS, *OTHER_WORKBOOKS)


def find(paths: Iterable[Path]) -> list[Source]:
    """The ledgers at *paths*; folders are searched with all that they hold.

    Raises:
        BadInput: a folder holds no ledger.
    """
    paths = list(paths)
    several = len(paths) > 1
    return [
        source for path in paths for source in (_inside(path, several) if path.is_dir() else [Source.of_file(path)])
    ]


def _inside(folder: Path, several: bool) -> list[Source]:
    files = sorted(
        file
        for file in folder.rglob("*")
        # Office programs leave hidden files beside what is open in them.
        if file.is_file() and file.suffix.lower() in ENDINGS and not file.name.startswith(("~$", "."))
    )
    if not files:
        raise BadInput(N_("There are no workbooks and no CSV files in %(folder)s."), folder=str(folder))
    start = folder.resolve().parent if several else folder.resolve()
    return [Source.of_file(file, file.resolve().relative_to(start).as_posix()) for file in files]
