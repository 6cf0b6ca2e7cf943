"""Which files of this project a script rests on, found by reading its imports.

Snakemake doesn't see a change in an imported package, so every rule lists these files as input.
What can't be followed is an error: a rule that misses a dependency would leave stale numbers.
"""

import ast
from functools import cache
from pathlib import Path

from advieskloof import io, reference
from advieskloof.errors import AdvieskloofError

NAME = "advieskloof"


class UnresolvedDependency(AdvieskloofError):
    """An import or a package file that can't be told from the text of the code."""


def behind(*scripts: Path) -> list[str]:
    """Return the package files behind Python files, as sorted paths relative to the checkout.

    Follows imports of the package directly and indirectly, every `__init__.py` on the way, the
    reference tables read by literal name (`reference.read("regimes", ...)`) and the package
    files named literally (`io.package_file("figures/house.mplstyle")`). The given files
    themselves are included when they are the package's.

    Raises UnresolvedDependency for a relative import, a name that the package doesn't have, and
    a table or file that isn't named literally.
    """
    found: set[Path] = set()
    waiting = [Path(script).resolve() for script in scripts]
    seen = set()
    while waiting:
        file = waiting.pop()
        if file in seen:
            continue
        seen.add(file)
        if io.PACKAGE in file.parents:
            found.add(file)
        if file.suffix == ".py":
            waiting += _directly_behind(file)
    return sorted(str(file.relative_to(io.CHECKOUT)) for file in found)


@cache
def _directly_behind(file: Path) -> tuple[Path, ...]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    modules: set[Path] = set()
    data: set[Path] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                modules |= _modules(alias.name, file)
        elif isinstance(node, ast.ImportFrom):
            modules |= _imported_from(node, file)
        elif isinstance(node, ast.Call):
            data |= _data_files(node, file)
    return tuple(modules | data)


def _imported_from(node: ast.ImportFrom, file: Path) -> set[Path]:
    if node.level:
        raise UnresolvedDependency(
            f"{file.name}, line {node.lineno}: a relative import can't be followed; "
            f"write 'from {NAME} import …'."
        )
    module = node.module or ""
    if module.split(".")[0] != NAME:
        return set()
    found = _modules(module, file)
    for alias in node.names:
        if _file_of(f"{module}.{alias.name}"):
            found |= _modules(f"{module}.{alias.name}", file)
        elif alias.name not in _defined_in(_file_of(module)):
            raise UnresolvedDependency(
                f"{file.name}, line {node.lineno}: {module} has no module or name {alias.name}."
            )
    return found


def _modules(name: str, file: Path) -> set[Path]:
    """Return the files of a module and of every package above it; empty for foreign modules."""
    parts = name.split(".")
    if parts[0] != NAME:
        return set()
    if not _file_of(name):
        raise UnresolvedDependency(f"{file.name}: there is no module {name}.")
    return {_file_of(".".join(parts[:depth])) for depth in range(1, len(parts) + 1)}


def _file_of(module: str) -> Path | None:
    path = io.PACKAGE.joinpath(*module.split(".")[1:])
    for candidate in (path / "__init__.py", path.with_suffix(".py")):
        if candidate.is_file():
            return candidate
    return None


@cache
def _defined_in(file: Path) -> frozenset[str]:
    """Return the names that a module binds at its top level."""
    names = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        else:
            names |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return frozenset(names)


def _data_files(node: ast.Call, file: Path) -> set[Path]:
    called = ast.unparse(node.func)
    if called == "reference.unverified_rows":
        return {_table(name) for name in reference.KEYS}
    if called in ("reference.read", "reference.read_all"):
        return {_table(_literal(node, file))}
    if called == "io.package_file":
        return {io.PACKAGE / _literal(node, file)}
    return set()


def _table(name: str) -> Path:
    return io.PACKAGE / "reference" / f"{name}.csv"


def _literal(node: ast.Call, file: Path) -> str:
    first = node.args[0] if node.args else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        return first.value
    raise UnresolvedDependency(
        f"{file.name}, line {node.lineno}: {ast.unparse(node.func)} needs a literal name, "
        "so that rules know which file they rest on."
    )
