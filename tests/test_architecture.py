"""The walls: who may import whom, how large a module may grow, what help may load."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "ispconf").rglob("*.py"))
MOST_LINES = 360  # near 100 is right, above 300 is rare; one that reaches this is two modules
HEAVY = {"pydantic", "yaml", "ruamel", "git", "librouteros", "jinja2", "cryptography", "rich"}
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_imports_point_down() -> None:
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_a_module_is_small_and_says_what_it_knows(module: Path) -> None:
    source = module.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= MOST_LINES
    assert module.stem not in VAGUE
    tree = ast.parse(source)
    assert module.name == "__main__.py" or ast.get_docstring(tree)


def test_help_loads_nothing_that_only_a_run_needs() -> None:
    script = "import sys, ispconf.cli; print(*sorted({m.partition('.')[0] for m in sys.modules}))"
    loaded = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not HEAVY & set(loaded.stdout.split())


def test_the_package_itself_imports_no_module_of_its_own() -> None:
    script = "import sys, ispconf; print(*(m for m in sys.modules if m.startswith('ispconf')))"
    loaded = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert loaded.stdout.split() == ["ispconf"]
