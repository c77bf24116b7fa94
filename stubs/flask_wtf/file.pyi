from typing import Any

from wtforms import FileField as FileField
from wtforms import MultipleFileField as MultipleFileField

class FileRequired:
    def __init__(self, message: Any = ...) -> None: ...

class FileAllowed:
    def __init__(self, upload_set: Any, message: Any = ...) -> None: ...
