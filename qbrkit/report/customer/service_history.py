"""Service in the last four quarters: what was reached, against what was promised."""

import textwrap
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from qbrkit.disclosure import AccountView
from qbrkit.report import style
from qbrkit.report.customer.levels import measure_names, promised_text, quarters_text
from qbrkit.report.customer.reading import accent_of, has_table, words_of
from qbrkit.report.exhibits import Html, nothing
from qbrkit.report.language import NO_BREAK, Language
from qbrkit.report.style import INK, MUTED, PALE
from qbrkit.service_levels import MISSED, QUARTERS

ACROSS, PANELS = 3, 9
"""Charts beside each other, and measures shown at most: the table above has them all."""
ROW_INCHES = 1.85
NAME_LENGTH, FIGURE_LENGTH = 34, 7


def history(view: AccountView) -> Html:
    """Each measure over four quarters: points against the line of what was promised.

    Missed levels differ in shape and say so. Measures in the same unit have the same scale.
    Nothing where no measure was taken in two quarters.
    """
    words, panels = words_of(view), _panels(view)
    if not panels:
        return nothing()
    rows = -(-len(panels) // ACROSS)
    limits = _limits(panels)
    with style.chart(ROW_INCHES * rows, left=0.1, right=0.1, bottom=0.05, top=0.05) as axes:
        axes.set_axis_off()
        for at, (name, levels) in enumerate(panels.items()):
            down, right = divmod(at, ACROSS)
            panel = axes.inset_axes((right / ACROSS + 0.01, 1 - (down + 0.80) / rows,
                                     1 / ACROSS - 0.03, 0.48 / rows))
            _draw(panel, name, levels, _quarters(view), accent_of(view), words)
            panel.set_ylim(*limits[name])
        return style.draw(axes, words.say("Service in the last four quarters"), words.say(
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
    by_name = {str(name): rows for name, rows in named.groupby("name") if len(rows) > 1}
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
        shown[name] = (low - 0.85 * room, high + 0.45 * room)
    return shown


def _draw(panel: Axes, name: str, levels: pd.DataFrame, quarters: Sequence[pd.Period],
          accent: str, words: Language) -> None:
    """One measure: its name, what was promised, and a point for each quarter."""
    at = [quarters.index(one) for one in levels["quarter"]]
    outcome = levels["outcome"].tolist() if "outcome" in levels else [None] * len(levels)
    panel.plot(at, levels["delivered"], color=PALE, linewidth=1)
    known = levels["promised"].notna().to_numpy()
    panel.hlines(levels["promised"][known], np.array(at)[known] - 0.5, np.array(at)[known] + 0.5,
                 color=MUTED, linewidth=1.2)
    for place, value, promised, text, became in zip(
            at, levels["delivered"], levels["promised"], quarters_text(levels, words), outcome,
            strict=True):
        is_missed = became == MISSED
        panel.plot([place], [value], marker="X" if is_missed else "o", markersize=6,
                   color=INK if is_missed else accent, linestyle="")
        label = _in_lines(text, is_missed, words)
        is_below = value < promised  # the figure stands away from the line
        panel.annotate(label, (place, value), xytext=(0, -6 if is_below else 6),
                       va="top" if is_below else "bottom", textcoords="offset points",
                       ha="center", fontsize=7, fontweight="bold" if is_missed else "normal")
    panel.set_xlim(-0.5, len(quarters) - 0.5)
    panel.set_xticks(range(len(quarters)), [words.months(one, short=True).replace(" ", "\n")
                                            for one in quarters], fontsize=6.5)
    panel.set_yticks([])
    panel.set_title(_heading(name, levels, words), fontsize=8, loc="left", color=INK, pad=4)


def _in_lines(text: str, is_missed: bool, words: Language) -> str:
    """A figure in lines so short that those of four quarters stand beside each other."""
    label = words.say("{level} missed", level=text).replace(f"{text} ", f"{text}\n") \
        if is_missed else text
    return label.replace(NO_BREAK, "\n") if len(text) > FIGURE_LENGTH else label


def _heading(name: str, levels: pd.DataFrame, words: Language) -> str:
    """The measure in at most two lines, and what was promised last."""
    lines = textwrap.wrap(name, NAME_LENGTH, max_lines=2, placeholder="…") or [name]
    promised = levels[levels["promised"].notna()].tail(1)
    if len(promised):
        (level,) = promised_text(promised, words)
        lines.append(words.say("promised: {level}", level=level))
    return "\n".join(lines)


def _described(name: str, levels: pd.DataFrame, words: Language) -> str:
    told = [f"{words.months(quarter, short=True)} {text}" for quarter, text in zip(
        levels["quarter"], quarters_text(levels, words), strict=True)]
    return f"{name}: {', '.join(told)}"
