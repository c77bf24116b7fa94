"""The command line: ``volunteer-app``."""

from .main import main

__all__ = ["main"]
