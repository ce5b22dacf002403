"""Documentation that cannot lag behind: the contract, the settings, the commands."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner

from qbrkit.run.cli import qbr
from qbrkit.settings import SECTIONS
from tests.contract_page import PAGE, contract_page

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_data_readme_is_the_contract():
    """Made anew by ``python -m tests.contract_page``."""
    assert PAGE.read_text(encoding="utf-8") == contract_page()


@pytest.mark.parametrize("verb", sorted(qbr.commands))
def test_every_verb_is_in_the_readme_and_has_an_example(verb):
    assert f"`qbr {verb}" in README
    told = CliRunner().invoke(qbr, [verb, "--help"]).output
    assert "Example" in told
    assert f"qbr {verb}" in told


def test_readme_names_no_verb_that_does_not_exist():
    named = set(re.findall(r"`qbr ([a-z-]+)", README))
    assert named <= set(qbr.commands)


@pytest.mark.parametrize("section", sorted(SECTIONS))
def test_every_setting_is_in_the_readme(section):
    for setting in fields(SECTIONS[section]):
        assert f"`{setting.name}`" in README, f"[{section}] {setting.name}"


def test_links_of_the_readme_lead_somewhere():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_first_screen_holds_sentence_picture_and_commands():
    first_screen = README[:1500]
    assert first_screen.startswith("# qbrkit\n")
    assert re.search(r"!\[[^\]]{20,}\]\(", first_screen), "a picture with a description"
    assert "make review" in first_screen
    assert "make test" in first_screen
