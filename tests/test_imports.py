"""Imports run downwards: handlers, use cases, then ocr/ and aws/, which do not import each other."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[1]
AWS_LIBRARIES = {"boto3", "botocore", "aws_lambda_powertools", "types_boto3_s3", "types_boto3_secretsmanager"}
CRYPTOGRAPHY = {"cryptography", "urllib3"}
DEVELOPMENT = {"app", "bench", "emulator", "infra", "local", "ops", "schemas", "soak", "tests", "workstation"}

# The packages that each package of the functions may import besides itself.
ALLOWED = {
    "sealed_ocr.common": set(),
    "sealed_ocr.claims": {"sealed_ocr.common"},
    "sealed_ocr.network": {"sealed_ocr.common"},
    "sealed_ocr.ocr": {"sealed_ocr.common", "sealed_ocr.network"},
    "sealed_ocr.aws": {"sealed_ocr.common", "sealed_ocr.network"},
    "sealed_ocr.simulation": {"sealed_ocr.common", "sealed_ocr.claims", "sealed_ocr.ocr", "sealed_ocr.aws"},
    "sealed_ocr.runtime": {"sealed_ocr.common", "sealed_ocr.ocr", "sealed_ocr.aws", "sealed_ocr.simulation"},
    "sealed_ocr.analysis": {
        "sealed_ocr.common",
        "sealed_ocr.claims",
        "sealed_ocr.ocr",
        "sealed_ocr.aws",
        "sealed_ocr.runtime",
    },
    "sealed_ocr.verification": {
        "sealed_ocr.common",
        "sealed_ocr.claims",
        "sealed_ocr.ocr",
        "sealed_ocr.aws",
        "sealed_ocr.runtime",
    },
}


def modules(*folders):
    """Return the modules below ``folders`` by their dotted names; ``functions`` and ``examples`` are import roots."""
    found = {}
    for folder in folders:
        base = ROOT / folder if folder in {"functions", "examples"} else ROOT
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not {"node_modules", "static", "build"} & set(path.parts):
                parts = path.relative_to(base).with_suffix("").parts
                found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    assert found
    return found


def imported(path):
    """Return every module that a file imports, also inside functions and for types alone."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name} imports relatively"
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def within(names, *packages):
    return {name for name in names if any(name == package or name.startswith(package + ".") for package in packages)}


def graph(found):
    """Return which of the modules ``found`` each of them imports.

    ``from package import name`` imports the package itself only where ``name`` is no module of it.
    """
    edges: dict[str, set[str]] = {}
    for name, path in found.items():
        edges[name] = set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                edges[name] |= {alias.name for alias in node.names} & found.keys()
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    target = f"{node.module}.{alias.name}"
                    edges[name] |= {target if target in found else str(node.module)} & found.keys()
        edges[name].discard(name)
    return edges


def room(module, found):
    """Return the package of a module; one that lies directly in a top-level package is a room by itself."""
    if found[module].name == "__init__.py" or module.count(".") < 2:
        return module
    return module.rpartition(".")[0]


def rooms(edges, found):
    """Return which rooms each room imports."""
    between: dict[str, set[str]] = {}
    for module, targets in edges.items():
        here = room(module, found)
        between.setdefault(here, set()).update({room(target, found) for target in targets} - {here})
    return between


def circle(edges):
    """Return the names of an import circle, or None."""
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        return error.args[1]
    return None


FUNCTIONS = modules("functions")
PACKAGES = ["bench", "emulator", "examples", "functions", "infra", "local", "ops", "schemas", "soak", "workstation"]


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_is_in_an_import_circle(package) -> None:
    assert circle(graph(modules(package))) is None


@pytest.mark.parametrize("package", PACKAGES)
def test_no_package_is_in_an_import_circle(package) -> None:
    found = modules(package)
    assert circle(rooms(graph(found), found)) is None


def test_no_folder_is_in_an_import_circle() -> None:
    found = modules(*PACKAGES)
    folders = {name: path.relative_to(ROOT).parts[0] for name, path in found.items()}
    between: dict[str, set[str]] = {}
    for module, targets in graph(found).items():
        between.setdefault(folders[module], set()).update({folders[target] for target in targets} - {folders[module]})
    assert circle(between) is None


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name.startswith("sealed_ocr.")])
def test_each_room_of_the_functions_imports_downwards_only(name) -> None:
    (here,) = [package for package in ALLOWED if within({name}, package)]
    outside = within(imported(FUNCTIONS[name]), "sealed_ocr") - {"sealed_ocr"} - within(imported(FUNCTIONS[name]), here)
    assert outside == within(outside, *ALLOWED[here])


@pytest.mark.parametrize("name", sorted(within(FUNCTIONS, "sealed_ocr.ocr")))
def test_the_ocr_package_imports_no_aws_library(name) -> None:
    assert not within(imported(FUNCTIONS[name]), *AWS_LIBRARIES)


@pytest.mark.parametrize("name", sorted(within(FUNCTIONS, "sealed_ocr.aws")))
def test_the_aws_package_imports_no_cryptography(name) -> None:
    assert not within(imported(FUNCTIONS[name]), "cryptography")


@pytest.mark.parametrize("name", [*sorted(within(FUNCTIONS, "sealed_ocr.common")), "sealed_ocr.claims"])
def test_common_modules_import_no_os_aws_or_cryptography(name) -> None:
    assert not within(imported(FUNCTIONS[name]), "os", *AWS_LIBRARIES, *CRYPTOGRAPHY)


@pytest.mark.parametrize(
    "name",
    [
        "analysis.backoff",
        "analysis.messages",
        "runtime.settings",
        "verification.claim_validation",
        "verification.problems",
    ],
)
def test_pure_modules_import_nothing_with_side_effects(name) -> None:
    names = imported(FUNCTIONS[f"sealed_ocr.{name}"])
    assert not within(names, "sealed_ocr.aws", "sealed_ocr.ocr", "os", *AWS_LIBRARIES, *CRYPTOGRAPHY)


@pytest.mark.parametrize("name", list(FUNCTIONS))
def test_the_functions_import_no_development_package(name) -> None:
    assert not within(imported(FUNCTIONS[name]), *DEVELOPMENT)


@pytest.mark.parametrize("name", sorted(within(FUNCTIONS, "sealed_ocr")))
def test_no_use_case_imports_a_handler(name) -> None:
    assert not within(imported(FUNCTIONS[name]), "analyze", "verify")


@pytest.mark.parametrize("path", modules("emulator").values(), ids=lambda path: path.name)
def test_the_emulator_shares_no_code_with_the_functions(path) -> None:
    assert not within(imported(path), "sealed_ocr", "analyze", "verify", "functions", "local", "infra")


@pytest.mark.parametrize("path", modules("workstation").values(), ids=lambda path: path.name)
def test_the_workstation_package_imports_no_other_package(path) -> None:
    assert not within(imported(path), "sealed_ocr", "analyze", "verify", "functions", *DEVELOPMENT - {"workstation"})


def test_every_form_of_import_is_found(tmp_path) -> None:
    source = tmp_path / "module.py"
    source.write_text("import a.b\nfrom c import d\ndef f():\n    from e.f import g as h\n    import i as j\n")
    assert imported(source) == {"a.b", "c", "c.d", "e.f", "e.f.g", "i"}
    assert within({"emulators", "emulator", "emulator.x"}, "emulator") == {"emulator", "emulator.x"}


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": set()}) is None
    assert set(circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})) == {"a", "b", "c"}
