"""The accounts with a story of their own: mostly large, each comment says which."""

from datetime import date

from tests.sample_company.account import Account

LARGE = (
    # Twelve and more contacts; every promise of the last review kept.
    Account("A-001", "Grünwaldt Papierwerke AG", "DE", "North", "Paper", 2100,
            (1760, 1850, 1960, 2080), 30, "D4 B4 S2 L2 R2 T3 P1", annual_wallet=3300000,
            plan_id="WP-PLUS", contract_end=date(2028, 9, 30), close=True, contacts=14, pace=4),
    # A comma in the name; nobody known who influences.
    Account("A-002", "Harrowgate Millworks, Inc.", "US", "Overseas", "Wood", 1750,
            (1420, 1480, 1540, 1600), 28, "D3 B3 S1 L2 T3 C1 R1", plan_id="UP-US",
            contract_end=date(2027, 12, 31), close=True, lacks="influencer"),
    # Shrinks because one product went to another supplier with fiscal 2026.
    Account("A-003", "Zwieselbach Maschinenbau GmbH", "DE", "South", "Machinery", 1300,
            (930, 950, 970, 960), 26, "D3 B3 S2 P1 T1 L1", plan_id="WP-PLUS",
            dropped=("D-600", (290, 310, 330, 0)), contract_end=date(2027, 9, 30), close=True),
    # One person, a shared mailbox and one who has left.
    Account("A-004", "Rurkamp Chemiefaser GmbH", "DE", "West", "Chemicals", 980,
            (770, 790, 800, 820), 24, "S4 B2 D2 P1 L1 C1", close=True, contacts=1, pace=13),
    # Grows fastest.
    Account("A-005", "Mährlitz Batteriewerke GmbH", "DE", "East", "Batteries", 860,
            (260, 330, 0, 0), 28, "D4 P2 C1 T2 B3", annual_wallet=1900000,
            quarters={2025: (100, 108, 116, 126), 2026: (165, 185, 205, 245)},
            plan_id="WP-PLUS", contract_end=date(2028, 3, 31), close=True),
    # An ampersand in the name; last talk in July; buys no lubricants though its peers do.
    Account("A-006", "Van der Meulen & Zonen Scheepsbouw B.V.", "NL", "North", "Shipbuilding", 640,
            (560, 580, 600, 615), 22, "D3 B3 S3 C1 R1", plan_id="UP-PLUS",
            contract_end=date(2027, 6, 30), close=True, last_talk=date(2026, 7, 14)),
    # Contract ends in January; plan components nobody called for.
    Account("A-007", "Alpensteg Seilbahnen AG", "CH", "South", "Ropeways", 420,
            (490, 510, 525, 540), 20, "D4 B3 L1 R2 S1", plan_id="WP-PLUS",
            contract_end=date(2027, 1, 31), close=True),
    # Large, and costs more than it pays.
    Account("A-008", "Erzgrund Bergbautechnik GmbH", "DE", "East", "Mining", 720,
            (430, 450, 470, 490), 20, "B4 T4 D2 L1 S1", discount=0.45, close=True),
    # Orders every twelve days or so, then nothing since mid-July.
    Account("A-009", "Rautenberger Zement GmbH & Co. KG", "DE", "South", "Minerals", 510,
            (430, 445, 455, 460), 30, "B3 T3 D2 L2 R1", until=date(2026, 7, 17), return_share=0,
            close=True, last_talk=date(2026, 8, 12)),
    # Nobody known who keeps the gate; one benefit turned negative.
    Account("A-010", "Havbrink Seafood ApS", "DK", "North", "Food", 390,
            (340, 360, 385, 400), 20, "C3 S2 L1 P1 T2", plan_id="UP-PLUS", close=True,
            contract_end=date(2027, 10, 31), lacks="gatekeeper"),
    # Sends back an eighth of what it orders.
    Account("A-011", "Oderquell Mühlenwerke AG", "DE", "East", "Food", 330,
            (360, 390, 420, 425), 20, "B3 T4 S1 L1 D1", return_share=0.17, close=True),
    # Every promise we made in the last review missed.
    Account("A-012", "Steyrling Walzwerk GmbH", "AT", "South", "Metals", 610,
            (350, 355, 350, 340), 18, "B4 D2 L3 S1 R1", plan_id="WP-BASIS", close=True,
            contract_end=date(2027, 8, 31), last_talk=date(2026, 8, 17)),
    # Grows in EUR only because the dollar rose; the basket is the same every year.
    Account("A-013", "Tupelo Ridge Packaging LLC", "US", "Overseas", "Packaging", 280,
            (362, 361, 360, 354), 16, "P2 T3 B2 L1", plan_id="UP-US", steady=True, close=True,
            return_share=0,
            contract_end=date(2027, 11, 30)),
    # Benefits there, none confirmed; buys with the seasons.
    Account("A-014", "Friesenhoff Molkerei eG", "DE", "North", "Food", 340,
            (275, 280, 285, 292), 18, "C4 S2 L2 R2", plan_id="WP-BASIS", close=True,
            contract_end=date(2028, 6, 30)),
    # An apostrophe in the name; one of ours holds every contact.
    Account("A-015", "L'Atelier du Convoyeur SARL", "FR", "West", "Machinery", 190,
            (265, 270, 274, 280), 18, "T5 D2 B1", close=True, one_of_ours=True),
    # What it pays exceeds what it gets.
    Account("A-016", "Moosbrugger Holzindustrie GmbH", "AT", "South", "Wood", 230,
            (255, 258, 262, 258), 18, "T3 B2 L1 S1 R1", close=True),
    # Grows by price only: smaller basket, dearer goods.
    Account("A-017", "Brouwenaar Bottling N.V.", "BE", "West", "Beverages", 260,
            (246, 250, 255, 271), 16, "S3 T3 P1 L1", steady=True, plan_id="UP-PLUS", close=True,
            return_share=0,
            price_growth=(1.0, 1.02, 1.04, 1.1336, 1.14), contract_end=date(2027, 5, 31)),
    # Gets goods for nothing again and again.
    Account("A-018", "Sprewitz Glasmanufaktur GmbH", "DE", "East", "Glass", 300,
            (240, 250, 258, 266), 18, "D2 S2 C1 B1", free_share=0.26, close=True),
    # Green by margin only; one person listed twice.
    Account("A-019", "Ostmünder Werft GmbH", "DE", "North", "Shipbuilding", 210,
            (200, 205, 210, 216), 16, "S4 R2 B1", discount=0.05, close=True, contacts=4),
    # Enters the circle with the last quarter.
    Account("A-020", "Moselkern Feinguss GmbH", "DE", "West", "Metals", 180,
            (140, 150, 0, 0), 16, "D3 B2 S1", close=True, annual_wallet=280000,
            quarters={2025: (42, 44, 42, 44), 2026: (40, 44, 58, 132)}),
    # Leaves the circle: two quarters in a row far below the cut.
    Account("A-021", "Wörlach Textilwerke GmbH", "DE", "South", "Textiles", 290,
            (290, 296, 0, 0), 16, "D3 T2 B1", close=True, annual_wallet=200000, discount=0.21,
            quarters={2025: (72, 74, 76, 78), 2026: (72, 42, 7, 6)}),
    # New since July: too young to be judged.
    Account("A-022", "Wilkołaz Meble Sp. z o.o.", "PL", "East", "Wood", 410,
            (0, 0, 0, 320), 26, "P2 D2 T1", since=date(2026, 7, 6)),
    # Green by potential only: a wallet many times what it buys.
    Account("A-023", "Dorsthagen Stahlbau GmbH", "DE", "West", "Metals", 940,
            (88, 90, 93, 95), 14, "B2 D1 S1", annual_wallet=2400000, close=True),
    # Lost: last order in August 2025.
    Account("A-024", "Isargau Verpackung GmbH", "DE", "South", "Packaging", 150,
            (115, 120, 118, 0), 12, "T2 P1 B1", until=date(2025, 8, 19), return_share=0,
            free_share=0),
    # The unknown costs of its pneumatics decide whether it is Green; how many people it
    # employs is not known, so that no wallet is estimated.
    Account("A-025", "Eifelquell Abfülltechnik GmbH", "DE", "West", "Beverages", None,
            (178, 186, 191, 201), 16, "P8 T1", cost_unknown=True),
    # Buys along the construction index, a quarter later; some invoices are in dollars, chosen
    # so that at the rates of a year before they are worth about as much as in euros.
    Account("A-026", "Pennwick Aggregates Ltd", "GB", "Overseas", "Minerals", 270,
            (0, 0, 0, 0), 20, "B2 T2 D1", close=True,
            quarters={2023: (91, 86, 84, 73), 2024: (68, 65, 66, 80), 2025: (86, 95, 98, 93),
                      2026: (83, 79, 71, 76)},
            in_dollars=(date(2025, 4, 11), date(2025, 7, 14), date(2025, 7, 29),
                        date(2025, 10, 10), date(2025, 10, 23), date(2025, 11, 14),
                        date(2025, 12, 4), date(2025, 12, 16), date(2026, 3, 2),
                        date(2026, 7, 8), date(2026, 7, 20))),
)
