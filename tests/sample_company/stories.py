"""Every story of the sample company, as its README tells it.

The figures are those of the review quarter 2026Q4; ``tests/test_sample.py`` works each of
them out from the CSV files and asks that it stands here.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Story:
    """A story: what happens, where, with which figures, and which section shows it."""

    title: str
    accounts: str
    sentence: str
    section: str


_SEGMENTS = (
    ("Size of the circle", "all accounts",
     "25 of 58 accounts are Green Circle, with 85.3 % of 14.3 M EUR in twelve months: 20 by "
     "volume (cut at 256 k EUR), 20 by margin (cut at 88 k EUR), 4 by potential; one is set by "
     "hand and one held.",
     "internal 3"),
    ("Green by margin only", "A-019, A-016",
     "A-019 buys for 212 k EUR only, but leaves 96 k EUR of margin (45 %), A-016 for 247 k EUR "
     "with 90 k EUR: both by margin and not by volume; the wallets estimated for them would "
     "lift both over the volume cut too. Together 458 k EUR.", "internal 3"),
    ("Loses money", "A-008",
     "486 k EUR of revenue and a margin of -17 k EUR at best: Green by volume at most, with a "
     "flag.", "internal 3"),
    ("Green by potential only", "A-023",
     "Buys for 95 k EUR, stated a wallet of 2,400 k EUR: 30 % of the gap, 691 k EUR, reach the "
     "cut.", "internal 3"),
    ("Held though below the cuts", "A-045",
     "122 k EUR with 44 k EUR of margin, and 110 k EUR to be won, make 0.94 of a cut: once in, it "
     "stays until it is below 0.9 of every cut two quarters in a row.", "internal 3"),
    ("Borderline", "A-020, A-025, A-021, A-045, A-059, A-044",
     "In 2,000 perturbed runs these 6 are Green Circle in more than a tenth and in fewer than "
     "nine tenths; 22 of the 25 in the circle are firm.", "internal 3"),
    ("Unknown costs decide", "A-025",
     "198 k EUR, nearly all pneumatics without a cost: the margin lies between 25 k and 104 k "
     "EUR, on both sides of the cut of 88 k EUR. Nobody stated a wallet or how many people it "
     "employs, so no potential decides instead.", "internal 3"),
    ("Leaves the circle", "A-021",
     "Twelve months' revenue fell from 267 k (2026Q2) to 201 k (2026Q3) and 131 k EUR (2026Q4): "
     "two quarters in a row below 0.9 of every cut.", "internal 3"),
    ("Enters the circle", "A-020",
     "Twelve months' revenue rose from 184 k (2026Q3) to 272 k EUR (2026Q4), over the volume "
     "cut.", "internal 3"),
    ("New and provisional", "A-022",
     "First invoice on 2026-07-08, 84 days before the quarter's end: 86 k EUR so far, 343 k EUR "
     "annualized and so above the cut, but provisional.", "internal 3"),
    ("Green as a group", "A-030, A-031, A-032",
     "A parent with 53 k EUR and two children with 113 k and 108 k EUR: 275 k EUR together, and "
     "Green only so.", "internal 3"),
    ("Overrides", "A-035, A-038",
     "A-035 is set Green by hand until 2026-12-31; the override of A-038 ran out on 2026-06-30 "
     "and is ignored.", "internal 3"),
    ("White space", "A-006",
     "Buys no lubricants, though 14 of the 20 accounts about as large do, for 47 k EUR in the "
     "median.", "internal 3"),
    ("Estimated wallets", "all accounts",
     "55 of 58 accounts have a wallet, 7 stated and 48 estimated by their size; on 55 accounts it "
     "has not seen, the estimate errs by 30 % less than the plain quantile of the peers.",
     "internal 3"),
    ("Free lines", "A-018",
     "11 free lines in twelve months, 20 k EUR at list price, no revenue and 11 k EUR of real "
     "cost.", "internal 14"),
)
_GROWTH = (
    ("One territory misses", "South",
     "Reached 603 k EUR in 2026Q4 against a target of 862 k EUR: 259 k EUR short, because of "
     "A-003, A-009 and A-021; all other territories reach theirs.", "internal 2"),
    ("Grows fastest", "A-005",
     "446 k to 799 k EUR (+353 k EUR or +79.1 %), first by money and by rate in the circle.",
     "internal 4"),
    ("Shrinks by a lost product", "A-003",
     "1,306 k to 951 k EUR (-355 k EUR or -27.2 %): product D-600, 336 k EUR a year before, is no "
     "longer bought.", "internal 4"),
    ("Grows by price only", "A-017",
     "255 k to 271 k EUR (16 k EUR or +6.1 %), though the smaller quantities alone would be "
     "-7 k EUR.",
     "internal 4"),
    ("Grows by exchange rate only", "A-013",
     "+3.4 % in EUR, but 359 k to 353 k USD (-1.7 %) in its own currency: the dollar rose.",
     "internal 4"),
    ("Heavy returns", "A-011",
     "Returned goods for 56 k EUR in twelve months, 57 k EUR with its credits: 13.4 % of what was "
     "sold to it.", "internal 4"),
    ("Kept of a year ago", "A-024",
     "57 accounts bought for 14,102 k EUR in the twelve months before; at the exchange rates of "
     "then 100.1 % of it was kept net and 94.0 % gross: 39 bought 856 k EUR more, 17 bought "
     "739 k EUR less, and one, 107 k EUR, bought nothing more.", "internal 5"),
    ("Silent against its rhythm", "A-009",
     "Last order on 2026-07-13, 79 days before the quarter's end; 95 % of its gaps are at most "
     "17 days.", "internal 5"),
    ("Lost and dormant", "A-024",
     "107 k EUR in the twelve months before, last invoice on 2025-08-14, nothing since.",
     "internal 5"),
    ("Two currencies", "A-026",
     "8 of its 20 invoices of twelve months are in USD: 112,898.65 USD and 209,091.14 EUR make "
     "309 k EUR at the rates of their months.", "external 3"),
)
_CONTACTS = (
    ("One contact only", "A-004",
     "811 k EUR hang on one person: of 3 entries one is a shared mailbox and one has left.",
     "internal 6"),
    ("Twelve and more contacts", "A-001",
     "14 contacts spoken with in ninety days: above the range, and fine.", "internal 6"),
    ("Roles missing", "A-010, A-002",
     "Enough contacts at both, but no gatekeeper at the first and no influencer at the second.",
     "internal 6"),
    ("Overdue contact", "A-045, A-006, A-035, A-009, A-012",
     "Last two-way contact 90 days, 78 days, 63 days, 49 days and 44 days ago, where 30 are "
     "allowed.",
     "internal 6"),
    ("One of ours holds all contact", "A-015",
     "Every two-way contact of eighteen months is Claire Vandamme's, for 279 k EUR a year.",
     "internal 6"),
    ("One person listed twice", "A-019",
     "4 entries, 3 persons: the same e-mail address twice; below the minimum.", "internal 6"),
    ("Not persons, or gone", "A-004, A-006, A-036, A-004, A-011, A-016",
     "The first three have a shared mailbox on file, the last three somebody who has left: 3 of "
     "each.",
     "internal 6"),
    ("Do not contact", "A-047",
     "Asked not to be contacted: no exchanges, and no calls in the year plan.",
     "transactional plan"),
)
_VALUE = (
    ("Value well documented", "A-001",
     "Benefits of 3,075 k EUR, extra mile of 11,090 EUR and free plan components of 37,550 EUR "
     "in twelve months: ROI +0.45.", "external 4"),
    ("Negative ROI", "A-016",
     "Of 14 accounts with measured benefits the only one that got less than it paid: ROI -0.66.",
     "internal 7"),
    ("No confirmed value", "A-014",
     "Benefits of 359 k EUR, all of them estimated, none confirmed.", "internal 7"),
    ("Negative benefit", "A-010",
     "In 2026Q2 the yield fell after a conveyor change: -15,960 EUR, confirmed, and left in.",
     "external 4"),
    ("Stale unit value", "A-006",
     "The value of its hour was last confirmed on 2025-05-20, more than twelve months ago.",
     "internal 7"),
    ("Soft benefits", "A-002, A-005, A-014, A-017",
     "16 rows of class soft in twelve months: shown, and never part of the ROI.", "internal 7"),
    ("Still in the plan", "A-007",
     "Nobody called for „Bereitschaftseinsatz am Wochenende“ and „Schulungstag "
     "Wellenausrichtung“: 22,300 EUR at list value still open.", "external 5"),
    ("Bought elsewhere", "A-001",
     "Extra mile of 11,090 EUR, plan components of 37,550 EUR, a rebate of 41,600 EUR and a third "
     "of 27,300 EUR of confirmed one-off cost, 9,100 EUR, make 99,340 EUR in twelve months; "
     "62,000 EUR of estimated one-off cost are in no sum.", "external 5"),
    ("Free elsewhere", "A-002, A-013",
     "Others give „Training day shaft alignment“ free: its 6,270 USD at each of the two are used, "
     "and neither value nor would they have to be bought.", "external 5"),
)
_PROMISES = (
    ("Reasons told", "A-003, A-007, A-010, A-012, A-017",
     "10 promises of both sides of the review 2026Q3 were missed or dropped: 9 say why, one of "
     "A-017 does not.", "external 2"),
    ("All promises missed", "A-012", "3 of 3 promises of ours of the review 2026Q3 were missed.",
     "external 2"),
    ("All promises kept", "A-001", "5 of 5 promises of both sides were kept.", "external 2"),
    ("Overdue promise", "A-005, A-006",
     "One of ours each is still open, due on 2026-09-17 and 2026-09-14.", "internal 11"),
    ("New promises", "A-001, A-002, A-003, A-005, A-007, A-010, A-012, A-014, A-017",
     "27 promises of the running review, all open, all due after 2026-09-30.", "external 8"),
    ("Deliveries late", "A-003, A-009, A-012",
     "Below the promised 95 % in each of four quarters: 86.9 %, 91.7 % and 89.3 % on average.",
     "external 6"),
    ("Fitter too late", "A-012",
     "Less is better: a fitter is to be there within 8 hours and took 9.5, 9.0, 9.6 and 8.9 hours "
     "in the four quarters; the other 7 accounts with that promise never waited longer.",
     "external 6"),
    ("Misses with a remark", "A-001, A-002, A-003, A-004, A-006, A-009, A-012, A-014, A-016",
     "16 levels of service were missed in 2026Q4, and 12 of them say why and what we do about it.",
     "external 6"),
    ("Open complaints", "A-003, A-010, A-052",
     "Of 27 complaints three are open, since 2026-08-24, 2026-09-14 and 2026-09-21.",
     "black ops"),
    ("Contract ends", "A-007", "Ends on 2027-01-31, in 123 days.", "black ops"),
    ("Top family without objective", "A-004, A-011",
     "No objective in the account plan for Seals and for Bearings.", "black ops"),
)
_THREATS = (
    ("Deals in all", "all territories",
     "157 deals in two years: 85 won, 52 lost, 10 without decision, 10 open; 96 without a known "
     "competitor.", "internal 8"),
    ("Grows at our expense", "South",
     "Vantoric was met in 4 of 20 decided deals, then in 16 of 25, 12 lost to it worth 490 k "
     "EUR; our revenue there -20.5 %, the market +5.3 %.", "internal 8"),
    ("Harmless competitor", "North, West, South",
     "Brakkmann was met 14 times, then 15; we won 11 of 15.", "internal 8"),
    ("Cannot tell", "East", "Ostrelia was met in 3 decided deals in two years: too few.",
     "internal 8"),
    ("Session that agrees", "A-003, A-007, A-009, A-012",
     "Session of 2026-03-18: Krippendorff's alpha 0.94 in the second round.", "black ops"),
    ("Session that disagrees", "A-001, A-003, A-004, A-017",
     "Session of 2026-09-15: alpha -0.02 in the second round, so no ranking; the disagreement "
     "is the agenda.", "black ops"),
    ("Blind spot", "A-004",
     "On the relationship sales sees a chance of at most 0.10, all others at least 0.55.",
     "black ops"),
    ("Counter-measures", "A-003, A-012",
     "Of 8 decided, 3 are done and 1 is dropped; the one for A-003 on delivery is overdue by 61 "
     "days, the one for A-012 on delivery has neither owner nor date, 2 are still in time.",
     "black ops"),
    ("Unanswered moves", "A-001, A-003, A-004, A-017",
     "8 of the 12 first moves of 2026-09-15 have no counter-measure: 2 against A-001, 1 against "
     "A-003, 2 against A-004 and all 3 against A-017.", "black ops"),
    ("Risk without owner or date", "country US",
     "R-03, the largest with 176 k to 302 k EUR of expected loss, has neither owner nor date; "
     "R-08 lacks the date and R-09 the owner.", "internal 10"),
    ("Answers that leave something", "A-003, A-005",
     "Of R-06 at most 71 k EUR stay after our answer, of R-07 at most 55 k EUR. The electricity "
     "price stands at 79.4, below the threshold 120 of R-04, the construction orders index at "
     "104.1, above the threshold 95 of R-05.", "internal 10"),
    ("Risks of the customers", "A-006, A-019, A-027",
     "8 of the 9 risks are worded for customers, 4 of them in German too; the ninth, R-09, stands "
     "on no page of the three accounts it would concern.", "external 7"),
    ("Two seasons", "all accounts",
     "Seasonal strength Cooling 0.90 (peak in May and June), Service parts 0.81 (peak in November "
     "to January); no other family reaches 0.5.", "internal 10"),
    ("Follows an index", "A-026",
     "Buys along the construction orders index one quarter later: rank correlation 0.99 over "
     "sixteen quarters.", "internal 10"),
    ("Counter sales", "no account",
     "48 lines without an account make 20,126.70 EUR in all and 4,315.50 EUR in the last twelve "
     "months: they count for the company and for no account.", "internal 14"),
    ("Missing costs", "all accounts",
     "193 lines (2.4 %) have no cost, 74 % of them in Pneumatics.", "internal 14"),
)

STORIES = tuple(Story(*entry) for entry in
                _SEGMENTS + _GROWTH + _CONTACTS + _VALUE + _PROMISES + _THREATS)
