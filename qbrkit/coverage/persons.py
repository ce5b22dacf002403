"""Who is a person: records of one address are one, and mailboxes of a department are none."""

import re
from functools import lru_cache

import numpy as np
import pandas as pd

SHARED_MAILBOXES = frozenset("""
    accounting accounts admin billing contact customerservice enquiries frontdesk hello helpdesk
    hr info inquiries invoice invoices logistics mail marketing noreply office order orders
    postmaster procurement purchasing reception sales service shipping support team warehouse
    webmaster anfrage anfragen auftrag bestellung bestellungen buchhaltung buero buro einkauf
    empfang kontakt kundendienst kundenservice lager post poststelle rechnung rechnungen
    sekretariat versand vertrieb verwaltung zentrale accueil achat achats bonjour commande
    commandes commercial comptabilite facturation secretariat administracion comercial compras
    contabilidad contacto facturacion facturas pedidos recepcion ventas acquisti amministrazione
    contabilita contatti fatture ordini segreteria vendite administratie bestellingen boekhouding
    facturen inkoop receptie verkoop biuro faktury ksiegowosc sprzedaz zakupy zamowienia faktura
    indkob inkop innkjop kontor ordre salg faturacao financeiro vendas
    """.split())
"""Words before the @ that name a department or a purpose, which no single person reads; in
English, German, French, Spanish, Italian, Dutch, Polish, the Scandinavian languages and
Portuguese, without accents."""
PAIR = ["account_id", "person"]
"""Key of a person: the same address at two accounts is two."""
LEFT, MAILBOX, REPEATED = "left", "mailbox", "repeated"
"""Why a record of a contact counts for nobody."""
QUALIFIERS = frozenset("""
    nord north sud sued south ost east est west ouest mitte zentral central export import
    international intern extern global group gmbh ag abteilung department dept werk plant technik
    ersatzteile parts spare customer kunden eingang at be ch de dk en es eu fr gb it nl no pl pt se
    uk us
    """.split())
"""Words that may stand beside one of those: places, languages, parts of a company."""


def find_persons(contacts: pd.DataFrame) -> pd.DataFrame:
    """Active contacts that are persons, and which records are the same person.

    Parameters
    ----------
    contacts : DataFrame
        The contract's ``contacts``; ``active`` missing means yes.

    Returns
    -------
    DataFrame
        The rows kept, in their order, with ``person``: equal, within an account, for all
        records of one person.
    """
    active = contacts[contacts["active"].fillna(True).astype(bool)]
    return with_person(active[~is_mailbox(active)])


def list_uncounted(contacts: pd.DataFrame) -> pd.DataFrame:
    """Records of contacts that count for nobody, whoever was spoken with.

    Parameters
    ----------
    contacts : DataFrame
        The contract's ``contacts``; ``active`` missing means yes.

    Returns
    -------
    DataFrame, shape (n_uncounted, 3)
        ``account_id``, ``contact_id`` and ``why``: `LEFT` (no longer active), else `MAILBOX`
        (read by no single person), else `REPEATED` (a second record of a person of the same
        account). In the order of the records.
    """
    persons = find_persons(contacts)
    repeats = persons.index[persons.duplicated(["account_id", "person"])]
    has_left = ~contacts["active"].fillna(True).astype(bool)
    why = np.select([has_left, is_mailbox(contacts), contacts.index.isin(repeats)],
                    [LEFT, MAILBOX, REPEATED], "")
    found = contacts[["account_id", "contact_id"]].assign(
        why=pd.Series(why, index=contacts.index, dtype="str"))
    return found[why != ""].reset_index(drop=True)


def list_people(persons: pd.DataFrame) -> pd.DataFrame:
    """One row per person and account.

    Parameters
    ----------
    persons : DataFrame
        From `find_persons`.

    Returns
    -------
    DataFrame, shape (n_people, 4)
        ``account_id``, ``person``, ``called`` (the name; the address or the id where there
        is none) and ``influence``, the highest of the records. [1 to 5]
    """
    called = persons["name"].fillna(_address(persons)).fillna(persons["contact_id"])
    return (persons.assign(called=called).sort_values(["account_id", "person", "contact_id"])
            .groupby(["account_id", "person"], sort=False)
            .agg(called=("called", "first"), influence=("influence", "max")).reset_index())


def is_mailbox(contacts: pd.DataFrame) -> pd.Series:
    """Whether the address of a contact is read by no single person.

    Parameters
    ----------
    contacts : DataFrame
        The contract's ``contacts``.

    Returns
    -------
    Series of bool
        True when the part before the @, without a tag behind a plus sign, consists of words
        of `SHARED_MAILBOXES` and `QUALIFIERS` only, at least one of the first, each with or
        without a number: ``info2@``, ``einkauf.nord@``, ``sales-us+crm@``. One other word
        makes it a person's: ``einkauf.meier@``.
    """
    local = (contacts["email"].str.strip().str.normalize("NFKD").str.lower()
             .str.replace(r"[@+].*", "", regex=True))
    return local.isin([one for one in local.dropna().unique() if _is_shared(one)])


@lru_cache(maxsize=2**17)
def _is_shared(local: str) -> bool:
    plain = local.encode("ascii", "ignore").decode()
    words = {word.rstrip("0123456789") for word in re.split(r"[._\-\s]+", plain)} - {""}
    return bool(words & SHARED_MAILBOXES) and words <= SHARED_MAILBOXES | QUALIFIERS


def with_person(contacts: pd.DataFrame) -> pd.DataFrame:
    """Contacts with ``person``: the address in one spelling, or the id where there is none."""
    return contacts.assign(person=_address(contacts).fillna("id " + contacts["contact_id"]))


def _address(contacts: pd.DataFrame) -> pd.Series:
    """Addresses in one spelling; what is no address, as ``n/a``, is missing."""
    address = contacts["email"].str.lower().str.strip()
    return address.where(address.str.contains("@", regex=False, na=False))
