"""What the tables of an external review are called in other systems: data, read by `wording`.

They mostly come from lists that somebody keeps by hand, in English or German. Written as
`qbrkit.proposal.headings`; what stands after ``|`` is only a guess: a column of comments may hold
words that are not meant for the customer.
"""

from qbrkit.proposal.headings import OTHERS_ACCOUNT

_OWNER = "owner verantwortlich verantwortliche verantwortlicher zustaendig responsible " \
         "assignedto ownername betreuer wer who"
_DUE = "due duedate faelligam faellig termin deadline frist zieldatum targetdate dueby dueon " \
       "faelligkeit"
_EVIDENCE = "evidence nachweis beleg proof referenz reference"
_LIST_VALUE = "unitlistvalue listenpreis listprice unitlistprice listvalue listenwert"
_CLASS = "class confidence einstufung klasse certainty sicherheit"
_CONFIRMED_BY = "confirmedby bestaetigtvon bestaetigtdurch"
_CONFIRMED_ON = "confirmedon bestaetigtam confirmeddate dateconfirmed bestaetigungsdatum"
_COMMENT = "comment comments bemerkung bemerkungen kommentar"
_COMPONENT_ID = "componentid componentno componentnr componentnumber componentcode bausteinnr " \
                "bausteinnummer bausteinid bausteincode"

REVIEW_HEADINGS: dict[str, dict[str, str]] = {
    "commitments": {
        "account_id": OTHERS_ACCOUNT,
        "review_quarter": "reviewquarter review besprechung quartal quarter reviewmeeting",
        "side": "side seite party partei wer who",
        "text": "commitment zusage promise action actionitem vereinbarung massnahme aufgabe task "
                "description beschreibung",
        "owner": _OWNER,
        "due": f"{_DUE} bis until",
        "status": "status state stand",
        "reason": f"reason grund begruendung | {_COMMENT}",
    },
    "service_levels": {
        "account_id": OTHERS_ACCOUNT,
        "quarter": "quarter quartal fiscalquarter",
        "measure": "measure kpi kennzahl metric servicelevel sla messgroesse",
        "promised": "promised target zugesagt soll sollwert ziel zielwert goal agreed vereinbart",
        "delivered": "delivered actual erreicht ist istwert achieved reached",
        "better": "better besserist besser direction richtung betteris",
        "unit": "unit einheit uom masseinheit",
        "remark": f"remark | {_COMMENT}",
    },
    "benefits": {
        "account_id": OTHERS_ACCOUNT,
        "benefit_id": "benefitid benefitno benefitnr benefitnumber nutzennr nutzennummer nutzenid",
        "quarter": "quarter quartal fiscalquarter",
        "name": "benefit nutzen saving savings einsparung description beschreibung bezeichnung",
        "baseline": "baseline before vorher ausgangswert",
        "actual": "actual after nachher istwert",
        "unit_value": "unitvalue valueperunit wertjeeinheit wertproeinheit",
        "class": _CLASS,
        "risk": "risk risikoabschlag haircut",
        "confirmed_by": _CONFIRMED_BY,
        "confirmed_on": _CONFIRMED_ON,
        "evidence": _EVIDENCE,
    },
    "services": {
        "account_id": OTHERS_ACCOUNT,
        "date": "date datum servicedate leistungsdatum einsatzdatum deliveredon deliverydate",
        "service_id": "service leistung servicename leistungsart serviceno leistungsnr",
        "component_id": f"{_COMPONENT_ID} component baustein",
        "quantity": "quantity menge qty anzahl delivered",
        "unit_list_value": _LIST_VALUE,
        "charged": "charged berechnet amountcharged billed invoiced verrechnet",
        "evidence": f"{_EVIDENCE} berichtsnummer berichtsnr reportnumber reportno reportid ticket "
                    "ticketid ticketno",
    },
    "plan_components": {
        "plan_id": "planid plan vertrag vertragsnr vertragsnummer wartungsvertrag maintenanceplan "
                   "contract contractid contractno planname plancode",
        "component_id": _COMPONENT_ID,
        "name": "name component baustein bezeichnung componentname description beschreibung",
        "included_quantity": "includedquantity included inklusivmenge inklusivmengeprojahr "
                             "includedperyear quantityincluded enthalten menge quantity",
        "unit_list_value": _LIST_VALUE,
        "valid_from": "validfrom gueltigab gueltigvon startdate from von",
        "valid_to": "validto gueltigbis validuntil enddate to bis",
        "plan_only": "planonly nurimvertrag onlyinplan onlywithplan",
    },
    "risks": {
        "risk_id": "riskid riskno risknr risknumber risikonr risikonummer risikoid",
        "account_id": OTHERS_ACCOUNT,
        "industry": "industry branche",
        "family": "family productfamily warengruppe",
        "country": "country land",
        "category": "category kategorie",
        "driver": "driver ausloeser cause ursache trigger risk risiko",
        "solution": "solution loesung",
        "window_start": "windowstart from von startdate",
        "window_end": "windowend to bis until enddate",
        "owner": _OWNER,
        "due": _DUE,
        "customer_risk": "customerrisk risikofuerdenkunden risikofuerkunden kundenrisiko "
                         "riskforthecustomer riskforcustomer risktothecustomer",
        "customer_answer": "customeranswer waswirgemeinsamtun whatwedotogether gemeinsameantwort "
                           "jointanswer",
    },
    "switching_costs": {
        "account_id": OTHERS_ACCOUNT,
        "kind": "kind art type typ",
        "name": "name bezeichnung description beschreibung",
        "amount": "amount betrag value wert",
        "class": _CLASS,
        "confirmed_by": _CONFIRMED_BY,
        "confirmed_on": _CONFIRMED_ON,
        "evidence": _EVIDENCE,
    },
}

REVIEW_FILE_WORDS = {
    "commitments": "commitment commitments zusage zusagen vereinbarung vereinbarungen actionitem "
                   "actionitems promises massnahmen",
    "service_levels": "servicelevel servicelevels servicekennzahl servicekennzahlen kennzahlen kpi "
                      "kpis sla slas",
    "benefits": "benefit benefits nutzen nutzennachweis nutzennachweise saving savings "
                "einsparungen",
    "services": "services servicebericht serviceberichte leistungen servicereport servicereports "
                "leistungsnachweise",
    "plan_components": "plancomponent plancomponents vertragsbaustein vertragsbausteine bausteine "
                       "wartungsvertrag wartungsvertraege maintenanceplan maintenanceplans",
    "risks": "risk risks risiko risiken",
    "switching_costs": "switchingcost switchingcosts wechselkosten rebate rebates boni",
}

_CONFIRMED, _ESTIMATED = "confirmed bestaetigt high hoch", "estimated geschaetzt medium mittel"

REVIEW_VALUES: dict[tuple[str, str], dict[str, str]] = {
    ("commitments", "side"): {
        "ours": "we us our wir uns unser unsere lieferant supplier",
        "theirs": "they their customer client kunde sie ihr ihre"},
    ("commitments", "status"): {
        "open": "offen inprogress inarbeit inbearbeitung laufend pending ongoing new neu planned "
                "geplant overdue ueberfaellig notstarted",
        "kept": "done erledigt eingehalten gehalten completed complete fulfilled erfuellt "
                "abgeschlossen umgesetzt",
        "missed": "nichteingehalten nichterledigt nichterfuellt verfehlt verpasst notkept notdone "
                  "failed",
        "dropped": "entfallen entfaellt cancelled canceled storniert gestrichen withdrawn "
                   "hinfaellig"},
    ("service_levels", "better"): {
        "more": "mehr hoeher higher high greater groesser up",
        "less": "weniger niedriger lower low smaller kleiner down"},
    ("benefits", "class"): {
        "confirmed": _CONFIRMED, "estimated": _ESTIMATED, "soft": "weich low niedrig gering"},
    ("switching_costs", "kind"): {
        "rebate": "rabatt rabatte bonus boni jahresbonus rueckverguetung discount rebates",
        "one_off": "einmalig einmalkosten onetime once oneoffcost"},
    ("switching_costs", "class"): {"confirmed": _CONFIRMED, "estimated": _ESTIMATED},
    ("risks", "category"): {
        "seasonal": "saisonal saison season", "economic": "wirtschaftlich konjunkturell konjunktur "
        "economy", "political": "politisch politik politics"},
}
