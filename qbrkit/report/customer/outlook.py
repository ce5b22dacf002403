"""What may come, and our answer: what both sides prepare for, and the customer's own seasons."""

import pandas as pd
from babel.dates import get_month_names

from qbrkit.disclosure import AccountView
from qbrkit.disclosure.outlook import PEAK, TROUGH
from qbrkit.report import style
from qbrkit.report.customer.reading import accent_of, figure_of, has_table, is_withheld, words_of
from qbrkit.report.exhibits import ColumnView, Html, finding, not_available, nothing, table
from qbrkit.report.language import NO_BREAK, Language
from qbrkit.report.style import MUTED, PALE
from qbrkit.report.words import months_told, window_told
from qbrkit.risks.seasonality import YEAR, list_months

WORTH_PLANNING = 0.05
"""Months that lie nearer to the average are not told: nobody plans for less."""
HARDLY_ANYTHING = 0.05
"""Up to this share of an average month "less" is "hardly anything"."""


def state(view: AccountView) -> Html:
    """What may come and whether there is an answer, and in which months the customer buys most."""
    words, rows = words_of(view), _ahead(view)
    season = usual_year(view, words)
    if is_withheld(view, "ahead"):
        return finding(season)
    if rows.empty:
        unnoted = words.say("No risk is noted for this meeting yet: tell us what you see coming.")
        return finding(season, unnoted) if season else not_available(unnoted)
    return finding(_coming(view, words), _decide(rows, words), _answered(rows, words), season)


def answers(view: AccountView) -> Html:
    """What may come, when, what both sides do about it, who and until when."""
    words, rows = words_of(view), _ahead(view)
    if rows.empty:
        return nothing()
    agreed_later = words.say("to be agreed")
    start, end = (rows.get(name, pd.Series(pd.NaT, index=rows.index))
                  for name in ("window_start", "window_end"))
    shown = rows.assign(
        when=[window_told(first, last, words) for first, last in zip(start, end, strict=True)],
        **{name: _days(rows[name], words) for name in ("act_by", "due") if name in rows})
    missing = {"customer_answer": words.say("to be agreed in the meeting"), "owner": agreed_later,
               "due": agreed_later}
    shown = shown.assign(**{name: shown[name].replace("", pd.NA).fillna(text)
                            for name, text in missing.items() if name in shown})
    columns = [
        ColumnView("customer_risk", words.say("What may come"), "sentence"),
        ColumnView("when", words.say("When")),
        ColumnView("act_by", words.say("Decide by"), "date"),
        ColumnView("customer_answer", words.say("Our joint answer"), "sentence"),
        ColumnView("owner", words.say("Who")),
        ColumnView("due", words.say("Until when"), "date"),
    ]
    told = [one for one in columns if one.name in shown and (shown[one.name] != "").any()]
    return table(shown, told, words.say("What we prepare for together"), words)


def usual_year_figure(view: AccountView) -> Html:
    """The customer's usual year, month by month against its average month."""
    words = words_of(view)
    if not usual_year(view, words):
        return nothing()
    year = view.tables["season"].sort_values("calendar_month")
    names = get_month_names("abbreviated", "stand-alone", locale=words.locale)
    labels = [names[int(month)].rstrip(".") for month in year["calendar_month"]]
    figures = [words.percent(share, 0) for share in year["share_of_average"]]
    with style.chart(1.9, left=0.1, right=0.1, bottom=0.3, top=0.25) as axes:
        axes.bar(labels, year["share_of_average"], width=0.66, color=[
            accent_of(view) if level == PEAK else PALE for level in year["season"]])
        axes.axhline(0, color=MUTED, linewidth=0.8)
        axes.axhline(1, color=MUTED, linewidth=0.6, linestyle=(0, (4, 3)))
        for at, (share, figure) in enumerate(zip(year["share_of_average"], figures, strict=True)):
            axes.annotate(figure, (at, max(share, 0.0)), xytext=(0, 4), ha="center", fontsize=8,
                          textcoords="offset points")
        axes.set_yticks([])
        axes.margins(x=0.02, y=0.12)
        return style.draw(axes, words.say("Your usual year"), _measured(view, words), "; ".join(
            f"{label}: {figure}" for label, figure in zip(labels, figures, strict=True)))


def _measured(view: AccountView, words: Language) -> str:
    """What the figures of the chart are, and how many months are behind them."""
    months = figure_of(view, "season_months")
    if pd.isna(months):
        return words.say("share of an average month")
    return words.count("share of an average month, from {n} month of purchases",
                       "share of an average month, from {n} months of purchases", months)


def _ahead(view: AccountView) -> pd.DataFrame:
    """What may come, as far as it is disclosed."""
    return view.tables.get("ahead", pd.DataFrame())


def _days(days: pd.Series, words: Language) -> list[str]:
    """Days as text; empty where there is none."""
    return ["" if pd.isna(day) else words.date(day, "medium") for day in days]


def _coming(view: AccountView, words: Language) -> str:
    """How much there is to prepare for, and from when on."""
    rows = _ahead(view)
    text = words.count("There is one thing we should prepare for together",
                       "There are {n} things we should prepare for together", len(rows))
    if "window_start" not in rows or rows["window_start"].isna().all():
        return f"{text}."
    begun_n = int((rows["window_start"] <= view.quarter.end_time).sum())
    month = words.date(rows["window_start"].min(), "LLLL y").replace(" ", NO_BREAK)
    if len(rows) == 1:
        return words.say("{text}: it may come at any time now.", text=text) if begun_n else \
            words.say("{text}: it may come from {month} on.", text=text, month=month)
    if not begun_n:
        return words.say("{text}: the first may come from {month} on.", text=text, month=month)
    return words.count("{text}: {n} of them may come at any time now.",
                       "{text}: {n} of them may come at any time now.", begun_n, text=text)


def _decide(rows: pd.DataFrame, words: Language) -> str:
    """The day by which both sides have to decide, to be in time."""
    if "act_by" not in rows or rows["act_by"].isna().all():
        return ""
    day = words.date(rows["act_by"].min())
    return words.say("To be in time, we have to decide by {day}.", day=day) if len(rows) == 1 \
        else words.say("The next date for a decision is {day}.", day=day)


def _answered(rows: pd.DataFrame, words: Language) -> str:
    """What still lacks an answer; empty where each has one."""
    if "customer_answer" not in rows:
        return ""
    open_n = int(rows["customer_answer"].isna().sum())
    if not open_n:
        return ""  # the table below tells it
    if open_n == len(rows):
        return words.count("What we do about it is to be agreed in the meeting.",
                           "What we do about them is to be agreed in the meeting.", open_n)
    return words.count("What we do about {n} of them is to be agreed in the meeting.",
                       "What we do about {n} of them is to be agreed in the meeting.", open_n)


def usual_year(view: AccountView, words: Language) -> str:
    """In which months the customer buys most and least, against its average month."""
    if not has_table(view, "season", "calendar_month", "share_of_average", "season"):
        return ""
    levels = view.tables["season"].groupby("season")
    means = levels["share_of_average"].mean()
    months = {level: group.astype(int).tolist() for level, group in levels["calendar_month"]}
    if not {PEAK, TROUGH} <= set(months):
        return ""
    first, second = sorted((PEAK, TROUGH), key=lambda level: (
        len(months[level]) > YEAR / 2, level != PEAK))
    if abs(means[first] - 1) < WORTH_PLANNING:
        return ""
    is_rest = len(months[first]) + len(months[second]) == YEAR and len(months[second]) > YEAR / 2
    told = [_first(float(means[first]), months[first], words)]
    if abs(means[second] - 1) >= WORTH_PLANNING:
        told.append(_rest(float(means[second]), words) if is_rest else _second(
            float(means[second]), months[second], words))
    return " ".join([*told, words.say("Let us agree quantities and dates in time.")])


def _first(mean: float, months: list[int], words: Language) -> str:
    if mean <= HARDLY_ANYTHING:
        return _hardly(months, words)
    told, rate = months_told(list_months(months), words), words.percent(abs(mean - 1), 0)
    # other languages tell one month and several in different words
    return words.count(
        "In {months} you usually buy about {rate} more than in an average month.",
        "In {months} you usually buy about {rate} more than in an average month.",
        len(months), months=told, rate=rate) if mean > 1 else words.count(
        "In {months} you usually buy about {rate} less than in an average month.",
        "In {months} you usually buy about {rate} less than in an average month.",
        len(months), months=told, rate=rate)


def _second(mean: float, months: list[int], words: Language) -> str:
    if mean <= HARDLY_ANYTHING:
        return _hardly(months, words)
    return words.count("In {months} it is about {rate} less.",
                       "In {months} it is about {rate} less.", len(months),
                       months=months_told(list_months(months), words),
                       rate=words.percent(1 - mean, 0))


def _hardly(months: list[int], words: Language) -> str:
    return words.count("In {months} you usually buy hardly anything.",
                       "In {months} you usually buy hardly anything.", len(months),
                       months=months_told(list_months(months), words))


def _rest(mean: float, words: Language) -> str:
    if mean <= HARDLY_ANYTHING:
        return words.say("In the other months you usually buy hardly anything.")
    rate = words.percent(abs(mean - 1), 0)
    return words.say("In the other months it is about {rate} more.", rate=rate) if mean > 1 else \
        words.say("In the other months it is about {rate} less.", rate=rate)
