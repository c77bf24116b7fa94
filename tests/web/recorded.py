"""Which actions the package records in the audit trail, read from its sources."""

import ast
from collections.abc import Iterator
from pathlib import Path

import volunteer_app

PACKAGE = Path(volunteer_app.__file__).parent


def actions() -> set[str]:
    """Every string which reaches ``trail.record`` or ``record_many`` as the action, also through other functions."""
    passing = {"record": 0, "record_many": 0}
    modules = [ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py") if "versions" not in path.parts]
    known = -1
    while len(passing) != known:
        known = len(passing)
        for module in modules:
            for function, argument in _given(module, passing):
                names = [it.arg for it in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
                if isinstance(argument, ast.Name) and argument.id in names:
                    passing.setdefault(function.name, names.index(argument.id))
    return {
        text
        for module in modules
        for function, argument in _given(module, passing)
        for text in _texts(argument, function, module)
    }


def _given(module: ast.Module, passing: dict[str, int]) -> Iterator[tuple[ast.FunctionDef, ast.expr]]:
    """What is given as the action wherever one of the functions in *passing* is called, and the function around it."""
    for function in ast.walk(module):
        for call in ast.walk(function) if isinstance(function, ast.FunctionDef) else ():
            if not isinstance(call, ast.Call):
                continue
            called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            yield from ((function, word.value) for word in call.keywords if word.arg == "action" and called in passing)
            if called in passing and len(call.args) > passing[called]:
                yield function, call.args[passing[called]]


def _texts(node: ast.expr, function: ast.FunctionDef, module: ast.Module, depth: int = 2) -> set[str]:
    """The strings that *node* may be, looked up through the names in it: a local one, and a table of the module."""
    found = {it.value for it in ast.walk(node) if isinstance(it, ast.Constant) and isinstance(it.value, str)}
    names = {it.id for it in ast.walk(node) if isinstance(it, ast.Name)}
    assigned = [it for it in (*ast.walk(function), *module.body) if isinstance(it, ast.Assign)]
    for statement in assigned:
        targets = {it.id for target in statement.targets for it in ast.walk(target) if isinstance(it, ast.Name)}
        if targets & names and depth:
            found |= _texts(statement.value, function, module, depth - 1)
    return found
