"""The kit installs as described: environment, lock, wheel, Makefile, and nothing private inside."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
# where conda-forge calls a package otherwise
CONDA_NAMES = {"duckdb": "python-duckdb", "jupyter-client": "jupyter_client"}

# hundreds of megabytes that `make review` does not need; `make test-spark` installs them apart
NOT_LOCKED = {"spark"}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def project() -> dict:
    return tomllib.loads(read("pyproject.toml"))


@pytest.fixture(scope="module")
def locked() -> dict[str, list[str]]:
    """Name of each locked package → its lines in the lock (one per version)."""
    entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"(?m)^ *#.*\n", "", read("requirements.lock")))
    packages: dict[str, list[str]] = {}
    for entry in entries:
        packages.setdefault(canonicalize_name(entry.split("==")[0]), []).append(entry)
    return packages


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
                   cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("qbrkit-*.whl")
    return built


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run_python(*arguments: str, path: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Python with `path` before everything installed, in a folder that is no clone."""
    environment = dict(os.environ, PYTHONPATH=str(path))
    return subprocess.run([sys.executable, *arguments], cwd=cwd, env=environment, timeout=120,
                          capture_output=True, text=True, encoding="utf-8")


def test_environment_yml_names_the_packages_and_bounds_of_pyproject(project):
    environment = yaml.safe_load(read("environment.yml"))
    *packages, pip = environment["dependencies"]
    wanted = {Requirement(line).name: Requirement(line).specifier
              for line in project["project"]["dependencies"]}
    expected = {CONDA_NAMES.get(name, name): bounds for name, bounds in wanted.items()}
    expected["python"] = Requirement(f"python{project['project']['requires-python']}").specifier
    expected["pip"] = Requirement("pip").specifier
    given = {Requirement(line).name: Requirement(line).specifier for line in packages}
    assert given == expected
    assert pip == {"pip": ["-e ."]}
    assert (environment["name"], environment["channels"]) == ("qbrkit", ["conda-forge"])


def test_lock_satisfies_every_dependency_extra_and_the_build_backend(project, locked):
    extras = [lines for name, lines in project["project"]["optional-dependencies"].items()
              if name not in NOT_LOCKED]
    lines = [*project["project"]["dependencies"], *(line for extra in extras for line in extra),
             *project["build-system"]["requires"], *project["dependency-groups"]["lock"]]
    for requirement in map(Requirement, lines):
        entries = locked.get(canonicalize_name(requirement.name), [])
        versions = [re.match(r"[^=]+==([^\s;\\]+)", entry)[1] for entry in entries]
        assert versions, f"{requirement} is not locked; run make lock"
        unfit = [version for version in versions if version not in requirement.specifier]
        assert not unfit, f"{requirement} is locked as {unfit}; run make lock"


def test_extras_that_are_not_locked_are_not_installed_by_make_review(project, locked):
    for extra in NOT_LOCKED:
        for line in project["project"]["optional-dependencies"][extra]:
            assert canonicalize_name(Requirement(line).name) not in locked, line


def test_every_locked_package_is_pinned_and_hashed(locked):
    assert len(locked) > 100
    for name, entries in locked.items():
        for entry in entries:
            assert re.match(r"[a-z0-9._-]+==\S+ ", entry), f"{name} is not pinned"
            assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry), f"{name} has no hash"


def test_lock_holds_no_address_and_no_local_path():
    lines = read("requirements.lock").splitlines()
    local = [line for line in lines if re.search(r"://|file:| @ |^-|^\s*[./]", line)]
    assert not local


def test_build_backend_of_the_lock_is_the_one_of_build_system(project):
    assert set(project["build-system"]["requires"]) <= set(project["dependency-groups"]["lock"])


def test_wheel_carries_notebooks_templates_and_sample_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    sources = {"qbrkit/notebooks": "notebooks", "qbrkit/templates": "templates",
               "qbrkit/data/sample": "data/sample"}
    for inside, outside in sources.items():
        in_clone = {file.relative_to(ROOT / outside).as_posix()
                    for file in (ROOT / outside).rglob("*") if is_shipped(file)}
        in_wheel = {name.removeprefix(f"{inside}/") for name in names
                    if name.startswith(f"{inside}/")}
        assert in_wheel == in_clone
    assert "qbrkit/data/sample/qbr.toml" in names
    assert any(name.startswith("qbrkit/templates/qbr_base/") for name in names)
    assert any(re.fullmatch(r"qbrkit/notebooks/\w+\.ipynb", name) for name in names)
    strangers = [name for name in names if not re.match(r"qbrkit(-[\w.]+\.dist-info)?/", name)
                 or re.search(r"(^|/)(out|tests|__pycache__|\.ipynb_checkpoints)/", name)]
    assert not strangers


def is_shipped(file: Path) -> bool:
    written_by_use = {"out", "__pycache__", ".ipynb_checkpoints"}
    return file.is_file() and not written_by_use & set(file.relative_to(ROOT).parts)


def test_wheel_answers_help_outside_a_clone(unpacked, tmp_path):
    place = run_python("-c", "import qbrkit; print(qbrkit.__file__)", path=unpacked, cwd=tmp_path)
    assert Path(place.stdout.strip()) == unpacked / "qbrkit" / "__init__.py", place.stderr
    answer = run_python("-m", "qbrkit", "--help", path=unpacked, cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert "run" in answer.stdout


def test_wheel_checks_its_own_sample_outside_a_clone(unpacked, tmp_path):
    sample = unpacked / "qbrkit" / "data" / "sample"
    answer = run_python("-m", "qbrkit", "check", "--workspace", str(sample),
                        path=unpacked, cwd=tmp_path)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_readme_shows_two_commands_that_the_makefile_has():
    targets = set(re.findall(r"(?m)^([a-z]+):", read("Makefile")))
    shown = set(re.findall(r"\bmake ([a-z]+)", read("README.md")))
    assert {"review", "test"} <= shown <= targets


def test_version_stands_in_the_changelog(project):
    version = re.search(r'__version__ = "(.+)"', read("qbrkit/__init__.py"))[1]
    assert re.search(rf"(?m)^## \[{re.escape(version)}\]", read("CHANGELOG.md"))


def test_no_file_names_a_registry_host_or_a_path_of_a_machine():
    if not (ROOT / ".git").exists():
        pytest.skip("not a clone: git cannot say which files belong to the kit")
    dot = r"\."                                      # in parts, so that this file is no finding
    hosts = [f"{name}{dot}{end}" for name, end in [
        ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "(org|com)"), ("anaconda", "(org|com)"),
        ("debian", "org"), ("crates", "io")]]
    paths = [rf"(?<![\w.])/({name})/" for name in ("work", "farm", "root", "opt/pypi")]
    outside = [r"\.\./" + "shared"]
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            cwd=ROOT, check=True, capture_output=True, text=True).stdout
    findings = []
    for name in filter(None, listed.split("\0")):
        patterns = hosts + paths + (outside if name != ".ci/run" else [])
        file = ROOT / name
        text = file.read_bytes().decode("utf-8", "replace") if file.is_file() else ""
        findings += [f"{name}: {hit[0]}" for hit in re.finditer("|".join(patterns), text)]
    assert not findings
