"""Service in the last four quarters: what was reached, against what was promised."""

import textwrap
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from qbrkit.disclosure import AccountView
from qbrkit.report import style
from qbrkit.report.customer.levels import last_promised_text, measure_names, quarters_text
from qbrkit.report.customer.reading import accent_of, has_table, words_of
from qbrkit.report.exhibits import Html, nothing
from qbrkit.report.language import Language
from qbrkit.report.style import INK, MUTED, PALE
from qbrkit.service_levels import MISSED, QUARTERS

ACROSS, PANELS = 4, 8
"""Charts beside each other, and measures shown at most: the table above has them all."""
ROW_INCHES = 1.85
LINE_LENGTH, UNIT_LENGTH = 108, 2
"""Characters of all headings of a row together, and of a unit beside its figure."""


def history(view: AccountView) -> Html:
    """Each measure over four quarters: points against the line of what was promised.

    Missed levels differ in shape, and the description says so. Measures in the same unit have
    the same scale. Nothing where no measure was taken in two quarters.
    """
    words, panels = words_of(view), _panels(view)
    if not panels:
        return nothing()
    across = min(ACROSS, len(panels))
    rows = -(-len(panels) // across)
    limits = _limits(panels)
    has_misses = any("outcome" in one for one in panels.values())
    with style.chart(ROW_INCHES * rows, left=0.1, right=0.1, bottom=0.05, top=0.05) as axes:
        axes.set_axis_off()
        for at, (name, levels) in enumerate(panels.items()):
            down, right = divmod(at, across)
            panel = axes.inset_axes((right / across + 0.005, 1 - (down + 0.80) / rows,
                                     1 / across - 0.015, 0.48 / rows))
            _draw(panel, levels, _quarters(view), accent_of(view), words)
            panel.set_ylim(*limits[name])
            panel.set_title(_heading(name, levels, LINE_LENGTH // across, words), fontsize=8,
                            loc="left", color=INK, pad=4)
        return style.draw(axes, words.say("Service in the last four quarters"), words.say(
            "points: delivered; line: promised; ×: missed") if has_misses else words.say(
            "points: delivered; line: promised"), "; ".join(
                _described(name, levels, words) for name, levels in panels.items()))


def _quarters(view: AccountView) -> list[pd.Period]:
    return [view.quarter - back for back in reversed(range(QUARTERS))]


def _panels(view: AccountView) -> dict[str, pd.DataFrame]:
    """Levels by measure, those of the service table in its order first."""
    if not has_table(view, "service_history", "measure", "quarter", "promised", "delivered"):
        return {}
    every = view.tables["service_history"]
    levels = every[every["delivered"].notna() & every["quarter"].isin(_quarters(view))]
    named = levels.assign(name=measure_names(levels))
    now = (measure_names(view.tables["service_levels"])
           if has_table(view, "service_levels", "measure") else [])
    order = [*dict.fromkeys([*now, *named["name"]])]
    by_name = {str(name): rows for name, rows in named.groupby("name")
               if len(rows) > 1 and rows["quarter"].is_unique}  # else whose levels, is not told
    return {name: by_name[name] for name in [one for one in order if one in by_name][:PANELS]}


def _limits(panels: dict[str, pd.DataFrame]) -> dict[str, tuple[float, float]]:
    """Scale of each panel; the same for all whose unit is the same."""
    scale = {name: str(levels["unit"].iloc[0]) if "unit" in levels and levels["unit"].notna().any()
             else f"\0{name}" for name, levels in panels.items()}
    shown = {}
    for name, unit in scale.items():
        alike = pd.concat([panels[one][["promised", "delivered"]] for one in panels
                           if scale[one] == unit]).to_numpy(dtype="float64")
        low, high = float(np.nanmin(alike)), float(np.nanmax(alike))
        room = (high - low) or abs(high) or 1.0
        shown[name] = (low - 0.6 * room, high + 0.6 * room)
    return shown


def _draw(panel: Axes, levels: pd.DataFrame, quarters: Sequence[pd.Period], accent: str,
          words: Language) -> None:
    """One measure: what was promised, and a point for each quarter."""
    at = [quarters.index(one) for one in levels["quarter"]]
    outcome = levels["outcome"].tolist() if "outcome" in levels else [None] * len(levels)
    panel.plot(at, levels["delivered"], color=PALE, linewidth=1)
    known = levels["promised"].notna().to_numpy()
    panel.hlines(levels["promised"][known], np.array(at)[known] - 0.5, np.array(at)[known] + 0.5,
                 color=MUTED, linewidth=1.2)
    for place, value, promised, text, became in zip(
            at, levels["delivered"], levels["promised"],
            quarters_text(_without_long_units(levels), words), outcome, strict=True):
        is_missed = became == MISSED
        panel.plot([place], [value], marker="X" if is_missed else "o", markersize=6,
                   color=INK if is_missed else accent, linestyle="")
        is_below = value < promised  # the figure stands away from the line
        panel.annotate(text, (place, value), xytext=(0, -6 if is_below else 6),
                       va="top" if is_below else "bottom", textcoords="offset points",
                       ha="center", fontsize=7, fontweight="bold" if is_missed else "normal")
    panel.set_xlim(-0.5, len(quarters) - 0.5)
    panel.set_xticks(range(len(quarters)), [words.months(one, short=True).replace(" ", "\n")
                                            for one in quarters], fontsize=6.5)
    panel.set_yticks([])


def _without_long_units(levels: pd.DataFrame) -> pd.DataFrame:
    """Levels whose figures stand beside each other: the heading tells a longer unit."""
    if "unit" not in levels:
        return levels
    return levels.assign(unit=levels["unit"].where(levels["unit"].str.len() <= UNIT_LENGTH))


def _heading(name: str, levels: pd.DataFrame, length: int, words: Language) -> str:
    """The measure in at most two lines, and what was promised last."""
    lines = textwrap.wrap(name, length, max_lines=2, placeholder="…") or [name]
    if level := last_promised_text(levels, words):
        lines.append(words.say("promised: {level}", level=level))
    elif "unit" in levels and levels["unit"].notna().any():
        lines.append(str(levels["unit"].dropna().iloc[-1]))
    return "\n".join(lines)


def _described(name: str, levels: pd.DataFrame, words: Language) -> str:
    outcome = levels["outcome"] if "outcome" in levels else [""] * len(levels)
    told = [f"{words.months(quarter, short=True)} "
            + (words.say("{level} missed", level=text) if became == MISSED else text)
            for quarter, text, became in zip(
                levels["quarter"], quarters_text(levels, words), outcome, strict=True)]
    return f"{name}: {', '.join(told)}"
