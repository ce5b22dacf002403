"""Roles in a buying center: which words of an export mean which, and who holds them."""

import numpy as np
import pandas as pd

DECIDER, INFLUENCER, GATEKEEPER = "decider", "influencer", "gatekeeper"
BUYER, USER = "buyer", "user"
ROLES = (DECIDER, INFLUENCER, GATEKEEPER, BUYER, USER)
"""Roles of a buying center: F. Webster and Y. Wind, A General Model for Understanding
Organizational Buying Behavior (Journal of Marketing, 1972)."""
REQUIRED_ROLES = (INFLUENCER, GATEKEEPER)
"""Roles that the method wants known at every account."""
SYNONYMS = {
    # who has the last word on the supplier, or on the money for it
    DECIDER: ("decision maker", "decisionmaker", "economic decision maker", "economic buyer",
              "budget holder", "entscheider", "entscheiderin", "entscheidungsträger",
              "entscheidungsträgerin"),
    # who sets criteria or speaks for a supplier inside
    INFLUENCER: ("champion", "evaluator", "recommender", "beeinflusser", "beeinflusserin",
                 "influencerin"),
    # who lets people and information through
    GATEKEEPER: ("gate keeper", "torwächter", "torwächterin", "türhüter", "türhüterin",
                 "informationsselektierer", "secretary", "secretariat", "assistant",
                 "personal assistant", "executive assistant", "reception", "receptionist",
                 "sekretariat", "sekretär", "sekretärin", "assistenz", "assistent",
                 "assistentin", "assistenz der geschäftsführung",
                 "assistenz der geschäftsleitung", "vorzimmer", "empfang"),
    # who places the order and agrees its terms
    BUYER: ("purchaser", "purchasing", "purchasing agent", "procurement", "einkäufer",
            "einkäuferin", "einkauf"),
    # who works with what is bought
    USER: ("end user", "enduser", "business user", "anwender", "anwenderin", "endanwender",
           "benutzer", "benutzerin", "nutzer", "nutzerin", "verwender", "verwenderin"),
}
"""Words of CRM systems and of German textbooks that mean one of the roles and no other. Words
that may mean several (technical buyer, sponsor, coach, blocker, approver) are reported."""
_MEANING = {word.replace("ä", mark).replace("ü", other): role for role, words in SYNONYMS.items()
            for word in (role, *words) for mark, other in (("ä", "ü"), ("ae", "ue"))}


def list_roles(persons: pd.DataFrame) -> pd.DataFrame:
    """Which person holds which role.

    Parameters
    ----------
    persons : DataFrame
        From `find_persons`; ``roles`` may hold several, parted by ``;``, ``,``, ``/`` or
        ``|``, in any case.

    Returns
    -------
    DataFrame, shape (n_held, 3)
        ``account_id``, ``person``, ``role`` (one of `ROLES`), each once; one person holds
        the roles of all her records. Words that are no role are not in it.
    """
    words = _words(persons)
    held = persons[["account_id", "person", "roles"]].merge(
        words[words["role"].notna()], on="roles", how="inner")
    return held[["account_id", "person", "role"]].drop_duplicates(ignore_index=True)


def unknown_roles(contacts: pd.DataFrame) -> pd.DataFrame:
    """Words for roles that the kit does not know, so that they are not lost in silence.

    Parameters
    ----------
    contacts : DataFrame
        The contract's ``contacts``.

    Returns
    -------
    DataFrame, shape (n_words, 2)
        ``word``, in lower case, and ``contacts_n``, the records that name it; the most
        frequent first.
    """
    words = _words(contacts)
    named = contacts[["contact_id", "roles"]].merge(words[words["role"].isna()], on="roles")
    counts = named.drop_duplicates(["contact_id", "word"]).groupby("word").size()
    return counts.rename("contacts_n").reset_index().sort_values(
        ["contacts_n", "word"], ascending=[False, True], ignore_index=True)


def count_roles(held: pd.DataFrame) -> pd.DataFrame:
    """How many persons of an account hold each role.

    Parameters
    ----------
    held : DataFrame
        From `list_roles`.

    Returns
    -------
    DataFrame, shape (n_accounts, 7), by account
        ``deciders_n``, ``influencers_n``, ``gatekeepers_n``, ``buyers_n``, ``users_n``;
        ``roles_n`` held by anyone, and ``missing_roles``, the required ones that nobody
        holds, comma-separated.
    """
    counts = held.groupby(["account_id", "role"]).size().unstack("role").reindex(
        columns=list(ROLES)).fillna(0).astype("float64")
    missing = pd.Series("", index=counts.index, dtype="str")
    for role in REQUIRED_ROLES:
        missing = missing + np.where(counts[role] == 0, f", {role}", "")
    renamed = counts.set_axis([f"{role}s_n" for role in ROLES], axis="columns")
    return renamed.assign(roles_n=(counts > 0).sum(axis="columns").astype("float64"),
                          missing_roles=missing.str.removeprefix(", "))


def _words(contacts: pd.DataFrame) -> pd.DataFrame:
    """Each text of roles that occurs, its words, and the role that a word means, if any."""
    texts = contacts["roles"].dropna().drop_duplicates().to_frame()
    words = texts.assign(word=texts["roles"].str.split(r"[;,/|\n]")).explode("word")
    word = (words["word"].str.replace(r"[\s_\-]+", " ", regex=True).str.strip()
            .str.lower().astype("str"))
    words = words.assign(word=word, role=word.map(_MEANING).astype("str"))
    return words[word != ""].drop_duplicates(["roles", "word"], ignore_index=True)
