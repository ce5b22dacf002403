"""The settings and the account managers' commentaries, as they stand in the workspace."""

from tests.sample_company.catalog import FAMILIES, FAMILIES_IN_GERMAN
from tests.sample_company.hazards import FOR_CUSTOMERS, IN_GERMAN

SETTINGS = """
# Wendelmar Industrial Supply: an invented company, so that everything can be tried at once.
# This is the whole description of the workspace; each block says what it is for.

[company]
name = "Wendelmar Industrial Supply"
currency = "EUR"          # all reports are in it; lines in other currencies are converted
fiscal_year_start = 10    # October: fiscal 2026Q4 is July to September 2026
language = "en"           # for accounts that state none
accent = "#0b6e4f"        # the one color of charts and headings
# reviews_per_quarter = 20  # how many reviews the team can hold; without it cut_share alone decides

# Exports that are not named after a table of the contract are introduced here. The invoice
# lines come as one file per fiscal year; the pattern takes them all.
[sources]
lines = { files = ["invoice_lines_*.csv"] }

# Their columns already bear the contract's names, so no mapping is needed beyond this.
[tables.invoice_lines]
source = "lines"

# All other tables (accounts.csv, contacts.csv, ...) are named after the contract and are
# found without a word here. Cut-offs of the method can be set too, for example:
# [segmentation]
# cut_share = 0.8
"""

GERMAN = """
# Texts of the tables that accounts of both languages read, as they stand on German pages.
[words.de]
"""


def german_words() -> str:
    """The section of the settings that translates families and risks."""
    pairs = [(FAMILIES[code], german) for code, german in FAMILIES_IN_GERMAN.items()]
    pairs += [pair for risk_id, german in IN_GERMAN.items()
              for pair in zip(FOR_CUSTOMERS[risk_id], german, strict=True)]
    return GERMAN + "\n".join(f'"{text}" = "{german}"' for text, german in pairs)


COMMENTARY = {
    "A-001": """
Das vergangene Quartal war in Ihrem Werk von der Umstellung der Linie 3 geprägt; daher kommen
die deutlich höheren Bestellungen bei Riemen und Ketten. Alle fünf Punkte aus unserem letzten
Gespräch sind erledigt, auch dank Falk Zaunkönig auf Ihrer Seite. Nicht zufrieden bin ich mit
unserem Innendienst, der knapp unter den zugesagten 90 % geblieben ist; dafür benenne ich Ihnen
noch im Oktober einen zweiten Ansprechpartner. Für den Winterstillstand möchte ich die Termine
früh mit Ihnen festlegen, damit die Monteure sicher zur Verfügung stehen.
""",
    "A-002": """
Thank you for opening the saw line to our vibration survey in August; the report that Tomasz
Brandl handed in led to two quick repairs. Access for the next survey is still to be planned,
and Opal Quarrington and I should fix a date this month. Too many deliveries reached you in
parts this summer, and your orders are now joined before they leave us. I would also like to
meet the people who plan next year's rebuild, so that parts are on site before it starts.
""",
    "A-003": """
Unsere Liefertermine waren in diesem Jahr nicht so zuverlässig, wie Sie es erwarten dürfen: Im
Quartal kamen 85,5 % pünktlich an, zugesagt sind 95 %. Seit August plant ein fester Disponent
Ihre Aufträge; im Quartal ist davon noch nichts zu sehen, messen Sie uns bitte im Januar daran.
Den Schwingungsbericht schulden wir Ihnen, Tomasz Brandl bringt ihn zum Gespräch mit. Die offene
Rücknahme des Getriebemotors schließen wir noch im Oktober ab.
""",
    "A-005": """
Der Anlauf der zweiten Zellfertigung hat Ihren Bedarf gegenüber dem Vorjahr fast verdoppelt, und
Yvonne Ehrlinger hat uns mit ihrer Bedarfsvorschau früh einbezogen. Das half uns, Antriebe und
Lager rechtzeitig bereitzustellen. Der Schwingungsbericht war für September zugesagt und liegt
noch nicht vor; Tomasz Brandl bringt ihn zum Gespräch mit. Für das kommende Jahr schlage ich
einen gemeinsamen Ersatzteilplan vor, bevor die Gewährleistung der ersten Linie endet.
""",
    "A-007": """
Die Sommersaison verlief ohne ungeplanten Stillstand, dafür danke ich Ihren Betriebsleitern. Den
Schwingungsbericht haben wir Ihnen nicht geliefert, weil die Messung an der Bergstation ausfiel;
sie wird Ende Oktober nachgeholt. Die vier Schulungstage und die Bereitschaftseinsätze aus Ihrem
Wartungsplan sind noch nicht abgerufen, und der November wäre vor dem Saisonstart ein guter
Zeitpunkt. Gern spreche ich auch über die Fortsetzung der Vereinbarung über Januar hinaus.
""",
    "A-010": """
The new conveyor cost some yield in winter, and we take our part in that seriously: the belt was
changed in April, and no such loss has been measured since. The vibration report was about the old
conveyor, so we dropped it together. Your request for batch certificates of the grease has been
open since mid-September; I will close it in October. I look forward to seeing the line again in
November and to naming you a second contact in inside sales.
""",
    "A-012": """
Drei von drei Zusagen aus dem letzten Gespräch haben wir nicht gehalten, und das möchte ich
offen ansprechen: Die Gründe lagen bei uns, und Sie finden sie in diesem Bericht. Auch Ihre
Lieferungen kamen zu oft verspätet an, und auf einen Monteur haben Sie zu lange gewartet. Tomasz
Brandl und ich bringen zu diesem Termin einen Plan mit Namen und Daten mit. Ich bitte Sie und
Petra Vossenkuhl um Ihr Urteil, was davon zuerst kommen soll.
""",
    "A-013": """
Your volumes have been steady all year, and the planned orders make life easier on both sides.
Both promises of our last review are kept: the spare parts list and the vibration report are with
you. Still open is access to the line for the next survey, for which Jarvis Jessamine and I should
fix a date. I suggest that we then look at the vacuum grippers on line 2, where wear has gone up.
""",
    "A-014": """
Ihre Kühltechnik hat den heißen Juli gut überstanden, auch wenn wir Kühlmittel nur in Teilmengen
liefern konnten. Die Messwerte zu Laufstunden, Strom und Montage liegen vor, sind von Ihrer Seite
aber noch nicht bestätigt; dafür genügt uns eine halbe Stunde mit Ihrer Technik. Offen ist noch
der Zugang zur Anlage, den wir mit Cordula Wintergerst planen möchten. Den Ölwechsel im Herbst
haben wir bereits vorgemerkt.
""",
    "A-017": """
Filling lines 1 and 2 ran without a stop caused by our parts this quarter. We know that prices
were a topic this year and have prepared a comparison of wear part life for your team. Your
forecast waits for the budget round, so Élodie Roquebrune and I have agreed to look at the spring
season first: it decides which seals we keep in stock for you. My colleagues in
inside sales will introduce themselves in November.
""",
}
