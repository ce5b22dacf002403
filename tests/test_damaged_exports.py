"""Every damaged export ends in a sentence that can be acted on, or in the right figures."""

import os
import shutil
import subprocess
import sys
from collections import Counter
from decimal import Decimal

import pytest
from click.testing import CliRunner

from qbrkit.run.cli import WRONG_INPUT, qbr
from tests.damage import DAMAGES, UNREADABLE
from tests.damaging import (
    COMPANY,
    NORTHWIND,
    ROOT,
    SAMPLE,
    SMALL,
    Line,
    Seen,
    Stops,
    Totals,
    Unharmed,
    faults,
    lines_of,
    listed,
    look,
    make,
    make_northwind,
    stops,
    totals,
    without,
)


def cases(damages):
    """Damages as parameters: by name and export, the real one marked."""
    return [pytest.param(damage, id=f"{damage.base}: {damage.name}", marks=(
        [pytest.mark.real] if damage.base == NORTHWIND else [])
        + ([pytest.mark.xfail(reason=damage.known, strict=True)] if damage.known else []))
        for damage in damages
        if damage.name != UNREADABLE or os.geteuid()]  # the super-user may read every file


@pytest.fixture(scope="module")
def sound(request, tmp_path_factory):
    """A sound export by its name: its folder, its lines and what is told of it."""
    made = {}

    def export(base):
        if base not in made:
            folder = tmp_path_factory.mktemp(base)
            if base == NORTHWIND:
                make_northwind(folder, request.getfixturevalue("real_data")("northwind"))
            else:
                make(base, folder)
            made[base] = folder, lines_of(base, folder), look(folder)
        return made[base]

    return export


@pytest.mark.parametrize(
    "base", [SAMPLE, COMPANY, SMALL, pytest.param(NORTHWIND, marks=pytest.mark.real)])
def test_sound_export_is_read_as_plain_python_reads_it(sound, base):
    _, lines, seen = sound(base)
    assert seen.stopping == ()
    assert seen.totals == totals(lines)


@pytest.mark.parametrize("damage", cases(DAMAGES))
def test_damage_ends_in_a_sentence_or_in_the_right_figures(sound, tmp_path, damage):
    folder, lines, undamaged = sound(damage.base)
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    damage.change(tmp_path)
    assert faults(damage.outcome, look(tmp_path), undamaged, lines) == []


@pytest.mark.parametrize("damage", cases(
    damage for damage in DAMAGES if damage.through_the_command and not damage.known))
def test_command_ends_with_2_and_without_a_traceback(sound, tmp_path, damage):
    shutil.copytree(sound(damage.base)[0], tmp_path, dirs_exist_ok=True)
    damage.change(tmp_path)
    done = CliRunner().invoke(qbr, ["check", "--workspace", str(tmp_path)])
    assert done.exit_code == WRONG_INPUT
    assert isinstance(done.exception, SystemExit)
    assert "Traceback" not in done.output


def test_command_as_a_process_of_its_own_tells_it_too(sound, tmp_path):
    (damage,) = (one for one in DAMAGES if one.name == "cut off in the middle of gzip")
    shutil.copytree(sound(damage.base)[0], tmp_path, dirs_exist_ok=True)
    damage.change(tmp_path)
    done = subprocess.run([sys.executable, "-m", "qbrkit", "accounts", "--workspace", tmp_path],
                          cwd=ROOT, capture_output=True, text=True, timeout=60, encoding="utf-8")
    assert done.returncode == WRONG_INPUT
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr


def test_corpus_is_large_and_every_name_stands_once():
    names = Counter((damage.base, damage.name) for damage in DAMAGES)
    assert [name for name, count in names.items() if count > 1] == []
    assert sum(isinstance(damage.outcome, Stops) for damage in DAMAGES) >= 40
    assert len(DAMAGES) >= 80


def test_lines_of_the_small_company_are_the_ones_worked_by_hand(sound):
    # order 10248: 2.50 x 10; order 10249: 3.00 x 20, and 3.50 x 30 less 5 % = 99.75
    _, lines, _ = sound(SMALL)
    assert lines[:3] == [Line(2, "17850", Decimal(25)), Line(3, "12583", Decimal(60)),
                         Line(4, "12583", Decimal("99.75"))]
    assert totals(lines[:3]) == Totals(3, 18475, {"17850": 2500, "12583": 15975})


def seen_of(lines, *told, stopping=()):
    """What an inspection would have seen that counts these lines and tells this."""
    kinds = frozenset(("invoice_lines", "", sentence) for sentence in told)
    return Seen(stopping, told, kinds, None if stopping else totals(lines))


LINES = [Line(2, "A", Decimal(10)), Line(3, "B", Decimal(20))]


@pytest.mark.parametrize(("outcome", "seen", "fault"), [
    (Unharmed(), seen_of(LINES), None),
    (Unharmed(), seen_of(LINES[:1]), "counts 1 lines and 1000 cents, not 2 and 3000"),
    (Unharmed(), seen_of(LINES, "odd"), "told for nothing"),
    (Unharmed(), seen_of(LINES, stopping=("odd",)), "stops"),
    (listed("row 3"), seen_of(LINES, "look at row 3"), None),
    (listed("row 3", right=without(3)), seen_of(LINES[:1], "look at row 3"), None),
    (listed("row 3", right=without(3)), seen_of(LINES, "look at row 3"), "counts 2 lines"),
    (listed("row 3"), seen_of(LINES, "look at row 2"), "no sentence fits"),
    (stops("row 3"), seen_of(LINES, stopping=("look at row 3",)), None),
    (stops("row 3"), seen_of(LINES, "look at row 3"), "does not stop"),
    (stops("row 3"), seen_of(LINES, stopping=("Binder Error: row 3",)), "reads badly"),
])
def test_outcome_that_is_not_as_it_should_be_is_found(outcome, seen, fault):
    found = faults(outcome, seen, seen_of(LINES), LINES)
    assert (found == []) if fault is None else found[0].startswith(fault)
