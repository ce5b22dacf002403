"""The settings and the account managers' commentaries, as they stand in the workspace."""

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

COMMENTARY = {
    "A-001": """
Das vergangene Quartal war in Ihrem Werk von der Umstellung der Linie 3 geprägt, und die
Zusammenarbeit mit der Instandhaltung war dabei ausgezeichnet. Alle Punkte aus unserem
letzten Gespräch sind erledigt. Für den Winterstillstand möchten wir die Termine früh mit
Ihnen festlegen, damit die Monteure sicher zur Verfügung stehen.
""",
    "A-002": """
Thank you for opening the saw line to our vibration survey in August; the findings led to
two quick repairs. Demand on the drying kilns remains strong. We would like to meet the
people who plan next year's rebuild, so that parts are on site before it starts.
""",
    "A-003": """
Wir wissen, dass unsere Liefertermine in diesem Jahr nicht so zuverlässig waren, wie Sie es
erwarten dürfen. Seit August gibt es für Ihr Werk einen festen Disponenten. Wir möchten
gemeinsam prüfen, ob die Maßnahmen greifen, und die offene Rücknahme noch im Oktober
abschließen.
""",
    "A-005": """
Der Anlauf der zweiten Zellfertigung hat Ihren Bedarf stark steigen lassen, und Ihr Team hat
uns früh einbezogen. Das half uns, die Teile rechtzeitig bereitzustellen. Für das kommende
Jahr schlagen wir einen gemeinsamen Ersatzteilplan vor, bevor die Gewährleistung der ersten
Linie endet.
""",
    "A-007": """
Die Sommersaison verlief ohne ungeplanten Stillstand, dafür danken wir Ihren
Betriebsleitern. Die Schulungstage aus Ihrem Wartungsplan sind noch nicht abgerufen;
November wäre vor dem Saisonstart ein guter Zeitpunkt. Gern sprechen wir auch über die
Fortsetzung der Vereinbarung über Januar hinaus.
""",
    "A-010": """
The new conveyor cost some yield in winter, and we take our part in that seriously: the belt was
changed in April and the figures have recovered since. Your request for batch certificates is
being handled and will be closed in October. We look forward to seeing the line again in
November.
""",
    "A-012": """
Drei unserer Zusagen aus dem letzten Gespräch haben wir nicht gehalten, und das möchten wir
offen ansprechen. Die Gründe lagen bei uns. Wir bringen zu diesem Termin einen Plan mit
Namen und Daten mit und bitten um Ihr Urteil, was davon zuerst kommen soll.
""",
    "A-013": """
Your volumes have been steady all year, and the planned orders make life easier on both
sides. The shift briefings in spring were well received. For the coming quarter we suggest a
look at the vacuum grippers on line 2, where wear has gone up.
""",
    "A-014": """
Die Kühltechnik hat den heißen Juli gut überstanden. Die Messwerte zum Stromverbrauch liegen
vor, sind von Ihrer Seite aber noch nicht bestätigt; dafür genügt uns eine halbe Stunde mit
Ihrer Technik. Den Ölwechsel im Herbst haben wir bereits vorgemerkt.
""",
    "A-017": """
Filling lines 1 and 2 ran without a stop caused by our parts this quarter. We know that
prices were a topic this year and have prepared a comparison of wear part life for your
team. A forecast for the spring season would help us keep the right seals in stock.
""",
}
