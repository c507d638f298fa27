"""Promises about the structure that reviews forget: who may import what, how long things get."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("data_access", "insights", "pages")
MODULES = sorted(
    [ROOT / "app.py", *(path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))]
)
PAGES = sorted(
    path for path in (ROOT / "pages").glob("*/*.py") if path.parent.name not in ("shared",)
)

ALLOWED_PLACES = {
    "streamlit": ("app.py", "pages/"),
    "sqlalchemy": ("data_access/",),
    "alembic": ("data_access/",),
    "plotly": ("insights/charts/",),
    "sklearn": ("insights/ranking/",),
    "data_access": ("pages/shared/", "data_access/", "insights/"),
    "pages": ("app.py", "pages/"),
}
TYPES_ONLY = "data_access.types"
EFFECTS = {"os", "sqlite3", "socket", "subprocess", "requests", "httpx", "time"}


def imported(path: Path) -> set[str]:
    """Return the full names of the modules that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_module_imports_only_what_its_layer_may(path):
    wrong = [
        name
        for name in imported(path)
        if not place(path).startswith(ALLOWED_PLACES.get(name.partition(".")[0], ("",)))
    ]
    assert not wrong


@pytest.mark.parametrize(
    "path", [path for path in MODULES if place(path).startswith("insights/")], ids=place
)
def test_insights_stays_pure(path):
    names = imported(path)
    assert not {name for name in names if name.startswith("data_access")} - {TYPES_ONLY}
    assert not {name.partition(".")[0] for name in names} & EFFECTS


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_no_chart_is_built_with_plotly_express(path):
    assert not any(name.startswith("plotly.express") for name in imported(path))


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_module_has_at_most_400_lines(path):
    # The one list of all tables is read from top to bottom; it holds declarations only.
    limit = 600 if place(path) == "data_access/schema.py" else 400
    assert len(path.read_text(encoding="utf-8").splitlines()) <= limit


@pytest.mark.parametrize("path", PAGES, ids=place)
def test_page_is_short_and_only_wires(path):
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 120
    tree = ast.parse(source)
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Try)]


def test_no_script_lies_directly_in_pages():
    """Such a script opens by URL without app.py: past the filters and past any sign-in gate."""
    assert [path.name for path in (ROOT / "pages").glob("*.py")] in ([], ["__init__.py"])


def test_only_one_module_caches():
    caching = [place(path) for path in MODULES if "st.cache_" in path.read_text(encoding="utf-8")]
    assert set(caching) <= {"pages/shared/cached.py"}


def test_no_file_content_is_rendered_as_html():
    assert not [place(path) for path in MODULES if "unsafe_allow_html" in path.read_text("utf-8")]
