"""Knows the rules of the house that no other tool checks: how long a module and a function are, how a module begins."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

MODULE_LINES = 500
FUNCTION_LINES = 50
ROOTS = ("src", "tools")


def module_problems(text: str, *, place: str) -> tuple[str, ...]:
    """Return one sentence for each rule of the house that a module breaks."""
    tree = ast.parse(text)
    found: list[str] = []
    lines = len(text.splitlines())
    if lines > MODULE_LINES:
        found.append(f"{place}: has {lines} lines, at most {MODULE_LINES} are allowed; part its two subjects.")
    if not place.endswith("__init__.py") and not (ast.get_docstring(tree) or "").startswith("Knows "):
        found.append(f'{place}: does not begin with """Knows ..."""; say in one line what the module knows.')
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.extend(_function_problems(node, place=place))
    return tuple(found)


def _function_problems(node: ast.FunctionDef | ast.AsyncFunctionDef, *, place: str) -> tuple[str, ...]:
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    if lines <= FUNCTION_LINES:
        return ()
    where = f"{place}:{node.lineno}"
    return (f"{where}: `{node.name}` has {lines} lines, at most {FUNCTION_LINES} are allowed; give a part a name.",)


def main() -> int:
    """Print every breach under the roots; return 1 if there is one."""
    found = [
        problem
        for root in ROOTS
        for path in sorted(Path(root).rglob("*.py"))
        for problem in module_problems(path.read_text(encoding="utf-8"), place=path.as_posix())
    ]
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
