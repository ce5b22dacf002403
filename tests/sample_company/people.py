"""Names, titles and e-mail addresses of the people at the accounts."""

from tests.sample_company.account import Account
from tests.sample_company.chance import dice

_FIRST = {
    "de": "Anke Bernd Cordula Detlef Elfriede Falk Gesine Hartmut Imke Jochen Karsten Leonie "
          "Malte Nele Ottmar Petra Rüdiger Sünje Thorben Ulrike Volker Wiebke Xaver Yvonne",
    "en": "Abigail Byron Carys Dexter Edith Fergus Gwen Harlan Imogen Jarvis Keira Lowell "
          "Maeve Nolan Opal Percy Quinn Rosalind Silas Tamsin Upton Vera Wendell Yara",
    "FR": "Aurélie Bastien Capucine Damien Élodie Fabrice Ghislaine Hervé Isaure Joël",
    "NL": "Anneloes Bram Caspar Dieuwke Evert Femke Gijs Hendrikje Joost Lotte",
    "DK": "Asger Birthe Carsten Ditte Esben Frederikke Gorm Inger Jeppe Kirsten",
    "PL": "Agnieszka Bogdan Celina Dariusz Edyta Grzegorz Halina Irena Jacek Kinga",
    "CZ": "Alena Bohumil Dalibor Eliška František Hana Ivo Jitka Květa Luboš",
}
_LAST = {
    "de": "Achtermann Birkhuhn Clasing Dörrwald Ehrlinger Fassbender-Loy Grabenhorst Hülsebeck "
          "Irmscher-Roth Jagelski Kreuzpaintner Lohengrün Mittelstrass Nottebaum Oppenrieder "
          "Pfannstiel Quellhorst Rabenschlag Sauerampfer Tüllmann Uhlenbrock Vossenkuhl "
          "Wintergerst Zaunkönig",
    "en": "Ashdowne Brockhurst Copperfield-Ray Dunmorrow Eastlake Fairbrook Gathercole Hollowell "
          "Inglethorpe Jessamine Kettleby Larkspur Merrivale Nettlefold Oakenshaw Pemberwick "
          "Quarrington Ravensdale Stonebridge Thistlewood Underhay Vanterpool Whitlock-Shaw "
          "Yelverton",
    "FR": "Bellefontaine Courtemanche Desrosières Fauvelle Grandpré Hautecoeur Lavergnole "
          "Montclair-Dubé Pontivy Roquebrune",
    "NL": "Barendrecht Dijkgraafland Eikelboom Groenewoud Hazelhorst Kranenveld Lindeman-Vos "
          "Muiderbergen Ooievaar Zwaluwhof",
    "DK": "Askebjerg Dalsgaarden Egelund-Friis Fuglevig Hasselbalk Klitmøllegaard Lyngholt "
          "Ravnkilde Skovmarken Tangbæk",
    "PL": "Borowiecka-Lis Czarnołęski Dąbrówko Gajowniczy Jaskółka Kalinowiec Lipowska-Rój "
          "Malinowiak Sikoreńko Wierzbownik",
    "CZ": "Bělohrad Čapková-Malá Dubový Hvězdný Jeřabina Kosatec Lipnický Ořechov Pražmo Vrbický",
}
_POOL = {"FR": "FR", "BE": "FR", "NL": "NL", "DK": "DK", "PL": "PL", "CZ": "CZ"}

TITLES = {
    "de": {"decider": "Werkleitung", "influencer": "Leitung Instandhaltung",
           "gatekeeper": "Assistenz der Werkleitung", "buyer": "Einkauf",
           "user": "Schichtleitung"},
    "en": {"decider": "Plant director", "influencer": "Maintenance manager",
           "gatekeeper": "Office manager", "buyer": "Purchasing manager",
           "user": "Shift supervisor"},
}
_ASCII = str.maketrans({
    "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e", "ø": "o", "æ": "ae", "å": "a",
    "ł": "l", "ó": "o", "ą": "a", "ę": "e", "ś": "s", "ż": "z", "ń": "n", "ć": "c", "č": "c",
    "ě": "e", "š": "s", "ř": "r", "ž": "z", "ů": "u", "ý": "y", "á": "a", "í": "i",
})


def plain(text: str) -> str:
    """Lower case and ASCII, for addresses."""
    return text.lower().translate(_ASCII).replace("'", "")


def names(account: Account, count: int, taken: set[str]) -> list[str]:
    """Names for an account that nobody else in the sample bears."""
    pool = _POOL.get(account.country, account.language)
    first, last = _FIRST[pool].split(), _LAST[pool].split()
    rng, found = dice(10, account.number), []
    while len(found) < count:
        name = f"{first[int(rng.random() * len(first))]} {last[int(rng.random() * len(last))]}"
        if name not in taken:
            taken.add(name)
            found.append(name)
    return found


def domain(account: Account) -> str:
    """The account's mail domain, under the reserved top level .example."""
    words = [word for word in plain(account.name).replace(",", "").split() if len(word) > 3]
    return f"{words[0].replace('.', '')}.example"


def address(account: Account, name: str) -> str:
    """E-mail address of a person."""
    return f"{plain(name).replace(' ', '.')}@{domain(account)}"
