"""What changes a release's id is what has a say in its bytes, and nothing else."""

from __future__ import annotations

import ast
from pathlib import Path

from lod.release.inputs import _ONLY_READS, program_files

PACKAGE = Path(__file__).resolve().parents[2] / "lod"


def _imported(module: Path) -> set[Path]:
    """The modules of its own folder that a module needs, and those that they need."""
    found, waiting = {module}, [module]
    while waiting:
        tree = ast.parse(waiting.pop().read_text(encoding="utf-8"))
        names = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        for name in names:
            path = module.with_name(f"{name.rpartition('.')[2]}.py")
            if name.startswith(f"lod.{module.parent.name}.") and path not in found:
                found.add(path)
                waiting.append(path)
    return found


def test_what_writes_columns_counts_and_what_only_reads_them_does_not() -> None:
    files = set(program_files())
    writing = _imported(PACKAGE / "analysis" / "building.py")
    assert {path.name for path in writing} >= {"building.py", "facts.py", "terms.py"}
    assert writing <= files
    reading = {PACKAGE / part / name for part, names in _ONLY_READS.items() for name in names}
    assert all(path.is_file() for path in reading)
    assert not reading & (files | writing)


def test_what_serves_does_not_count_and_what_reads_papers_does() -> None:
    parts = {path.relative_to(PACKAGE).parts[0] for path in program_files()}
    assert not parts & {"cli", "web", "querying", "_data"}
    assert parts >= {"readers", "extract", "mapping", "validation", "stores", "release", "search", "analysis"}
