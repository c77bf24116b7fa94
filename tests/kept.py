"""What each test's application would make anew, though it is the same each time: compiled addresses, statements, pages.

A test has an application and a database of its own, so nothing that it does to them is there in the next one. Most of
the time that takes goes into compiling 300 addresses, the templates and every statement: here once a worker.
"""

from operator import attrgetter
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

STATEMENTS: LRUCache[Any, Any] = LRUCache(2_000)
"""Compiled statements of both databases."""
CATALOGUES: dict[Any, Any] = {}
"""Translations of each language, as Flask-Babel keeps them in an application."""
ASKED = attrgetter("rule", "subdomain", "host", "merge_slashes", "map.host_matching")
"""What a rule's code depends on, beside its defaults and the converters: these are the same in each application."""
MADE = ("_parts", "_trace", "_converters", "arguments", "_build", "_build_unknown")
"""What compiling a rule gives it."""


def keep_rules() -> None:
    """From now on compile a rule of the same text once."""
    compiled: dict[object, dict[str, Any]] = {}
    compile_rule = Rule.compile

    def compile_once(rule: Rule) -> None:
        key = ASKED(rule), tuple((rule.defaults or {}).items())
        if key not in compiled:
            compile_rule(rule)
            compiled[key] = {name: getattr(rule, name) for name in MADE}
            return
        for name, value in compiled[key].items():
            # The two builders are bound to the rule that was compiled.
            setattr(rule, name, value.__func__.__get__(rule) if "_build" in name else value)

    Rule.compile = compile_once


def keep_statements() -> None:
    """From now on take the dialects of one kind of database for one, as the key of what was compiled for it."""
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        dialect.__hash__ = lambda self: hash(type(self))
        dialect.__eq__ = lambda self, other: type(self) is type(other)


class Bytecode(BytecodeCache):
    """Compiled templates in memory; a template of another text is another one."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give *bucket* the code that was kept for its template, if any."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of *bucket*."""
        self._codes[bucket.key, bucket.checksum] = bucket.code
