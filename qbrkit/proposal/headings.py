"""What columns, files and values are called in the usual systems: data, read by `wording`.

Headings of SAP, Microsoft Dynamics and Business Central, Salesforce, HubSpot, Odoo and German
bookkeeping stand beside plain English and German ones. All are written as
`qbrkit.proposal.wording.plain` writes them; the preferred come first, and what stands after ``|``
is only a guess, told as a question.
"""

ID_ENDINGS = "id no nr num number code key sk nummer name2 kennung".split()
"""Endings that make the id of a thing out of its name: customer + id."""
THINGS = {
    "account_id": "customer customers client account cust debitor debitoren kunde kunden soldto "
                  "soldtoparty soldtocustomer sellto selltocustomer selltocust billto "
                  "billtocustomer payer buyer reseller invoiceaccount custaccount "
                  "geschaeftspartner auftraggeber rechnungsempfaenger company businesspartner bp "
                  "abnehmer",
    "product_id": "product products item artikel material article stock sku prod part produkt "
                  "stockitem ware",
    "invoice_id": "invoice rechnung rechnungs beleg faktura billingdocument billing document doc "
                  "order orders auftrag auftrags salesorder transaction ticket bestellung receipt "
                  "salesdocument inv",
    "family_id": "category productcategory productsubcategory subcategory itemcategory warengruppe "
                 "warengruppen artikelgruppe productgroup itemgroup produktgruppe family group "
                 "productline cat",
    "contact_id": "contact kontakt ansprechpartner contactperson",
    "deal_id": "deal opportunity angebot chance",
    "activity_id": "activity task event aktivitaet call",
    "owner_id": "salesperson salesrep employee owner verkaeufer vertreter salesemployee",
}
"""The things that have ids, by the role of the id."""

_ACCOUNT_IDS = "accountid kunnr kunag kunrg kundennr kundennummer accountnum custtable partnerid " \
               "associatedcompanyid associatedcompanyids associatedcompany hubspotcompanyid " \
               "cardcode debitornr"
OTHERS_ACCOUNT = f"{_ACCOUNT_IDS} | customer client account kunde debitor company companyname " \
                  "customername accountname"

HEADINGS: dict[str, dict[str, str]] = {
    "invoice_lines": {
        "invoice_id": "invoiceid invoiceno invoicenumber invoicenr rechnungsnummer rechnungsnr "
                      "rechnungid belegnummer belegnr belegfeld1 vbeln salesordernumber documentno "
                      "documentnumber docentry docnum moveid journalentry invoice rechnung beleg "
                      "salesid orderid orderno ordernumber auftragsnummer auftragsnr orderkey "
                      "order auftrag",
        "line_id": "lineid lineno linenum linenumber invoicelineid invoicelinenumber orderlineid "
                   "salesorderlinenumber salesorderdetailid orderitemid lineitem posnr position "
                   "pos positionsnummer posnummer zeile zeilennr zeilennummer row rowno line "
                   "positionno positionnr posno posnum lineseq linesequence lfdnr orderline "
                   "invoiceline positionid posid seqno sequence",
        "invoice_date": "invoicedate rechnungsdatum fkdat billingdate postingdate buchungsdatum "
                        "budat belegdatum bldat documentdate docdate faktdatum fakturadatum "
                        "invoicedatekey salesdate soldon verkaufsdatum orderdate orderdatekey "
                        "auftragsdatum bestelldatum audat erdat dateorder transactiondate "
                        "transdate datum date datekey buchungstag orderpurchasetimestamp "
                        "purchasedate solddatesk | createddate created timestamp shipdate "
                        "shippingdate delivereddate lieferdatum",
        "account_id": f"{_ACCOUNT_IDS} selltocustomerno customerno invoiceaccount custaccount "
                      "partner | customer client account kunde debitor company customername "
                      "kundenname companyname accountname",
        "product_id": "productid itemid itemno matnr artikelnummer artikelnr materialnummer "
                      "stockcode sku itemcode articleno ean gtin artnr product2id | no nr product "
                      "item artikel material",
        "quantity": "quantity qty menge invoicedquantity invqty fkimg kwmeng quantityinvoiced "
                    "orderquantity orderqty anzahl stueck stueckzahl units salesquantity "
                    "quantitysold productuomqty qtyinvoiced unitssold absatz | lfimg "
                    "amountofunits",
        "unit": "unit uom unitofmeasure unitofmeasurecode einheit mengeneinheit me vrkme salesunit "
                "productuom basisme",
        "revenue": "revenue netamount netvalue netrevenue netsales nettobetrag nettowert netto "
                   "nettoumsatz netwr lineamount linenetamount amountexclvat amountexcludingvat "
                   "amountwithouttax netlineamount pricesubtotal lineamountmst amountuntaxed "
                   "salesamount salesamountactual extendedprice linetotal positionswert "
                   "umsatznetto betragnetto zeilenbetrag subtotal salesamountnet netprice_total "
                   "totalnet nettosumme | amount sales totalsales umsatz betrag total wert value "
                   "erloes linevalue totalprice salesvalue extendedamount turnover gesamt "
                   "gesamtpreis gesamtbetrag sum",
        "gross": "grossamount amountincludingvat amountinclvat bruttobetrag brutto bruttowert "
                 "totaldue pricetotal amounttotal totalincltax umsatzbrutto bruttoumsatz",
        "tax": "tax taxamt taxamount vat vatamount mwst ust steuer steuerbetrag mwsbp mwstbetrag "
               "umsatzsteuer pricetax",
        "unit_price": "unitprice price salesprice einzelpreis preis stueckpreis verkaufspreis vk "
                      "listprice pricelist priceunit unitpriceexclvat netpr netprice "
                      "preisproeinheit",
        "discount": "discount discountpct discountpercent discountpercentage linediscountpct "
                    "unitpricediscount unitpricediscountpct rabatt rabattprozent rabattsatz "
                    "linepercent linediscount linediscpct discountrate nachlass disc",
        "discount_amount": "discountamount discamount linedisc rabattbetrag linediscountamount "
                           "nachlassbetrag invdiscountamount rabattwert",
        "cost": "cost costamount costofgoods costofgoodssold cogs totalcost totalproductcost wavwr "
                "einstandswert wareneinsatz kosten gesamtkosten einstandsbetrag costamountactual "
                "salescost costvalue totalstandardcost linecost verrechnungswert",
        "unit_cost": "unitcost unitcostlcy costprice einstandspreis productstandardcost "
                     "standardcost standardprice ek ekpreis einkaufspreis selbstkosten stprs verpr "
                     "einstandspreismw purchaseprice",
        "profit": "profit lineprofit grossprofit grossprofitamount deckungsbeitrag rohertrag "
                  "profitamount totalprofit",
        "list_value": "listvalue listenwert listamount grossvalue",
        "currency": "currency currencycode currencyid curr waehrung waehrungscode waerk waers "
                    "currencyisocode transactioncurrency whg wkz waehrungskennung",
        "kind": "kind linekind",
        "sign": "shkzg documenttype invoicetype doctype belegart transactiontype movetype fkart "
                "vbtyp iscreditnote creditmemo gutschrift isreturn storno invoicekind rechnungsart "
                "vorgangsart linetype",
        "reference_invoice_id": "referenceinvoiceid originalinvoiceid originalinvoice vgbel "
                                "urspruenglicherechnung bezugsrechnung appliestodocno "
                                "reversedentryid creditedinvoice stornozu",
        "product_name": "productname itemname description productdescription itemdescription "
                        "artikelbezeichnung bezeichnung maktx arktx artikel artikeltext "
                        "lineitemname artikelname produktname produkt product materialkurztext",
        "family": "family productfamily productcategory category itemcategory itemcategorycode "
                  "productgroup itemgroup itemgroupid warengruppe warengruppenbezeichnung matkl "
                  "produktgruppe artikelgruppe wgbez productline segmentname categoryname "
                  "kategorie",
        "account_name": "customername kundenname companyname accountname company customer kunde "
                        "name1 kundenbezeichnung selltocustomername name debitorname firma "
                        "invoicingname",
        "country": "country land land1 countrycode countryregioncode billingcountry laendercode "
                   "countryname customercountry shipcountry",
        "industry": "industry branche brsch",
        "territory": "territory salesterritory gebiet vertriebsgebiet verkaufsgebiet bzirk "
                     "salesregion region",
        "owner": "owner salesperson salesrep salespersoncode salespersonname vertreter verkaeufer "
                 "aussendienst kundenbetreuer accountmanager employee",
    },
    "accounts": {
        "account_id": f"{_ACCOUNT_IDS} no nr number id key code custno ref internalid nummer "
                      "customerno accountnumber kontonummer recordid companyid konto",
        "name": "name companyname company accountname customername organizationname name1 firma "
                "firmenname kundenname kunde customer displayname bezeichnung kundenbezeichnung "
                "businessname cardname resellername fullname organisation",
        "parent_id": "parentid parentaccountid parentaccount parentcustomer parentcustomerid "
                     "parentcompanyid konzernmutter konzern_id hauptkunde mutterkunde knkza "
                     "parentaccountnumber parent",
        "territory": "territory salesterritory territoryname gebiet vertriebsgebiet verkaufsgebiet "
                     "bzirk territorycode salesregion salesdistrict verkaufsbezirk "
                     "salesterritoryid territoryid salesdistrictid | region area vertriebsregion",
        "industry": "industry branche brsch industrycode branchenbezeichnung lineofbusiness "
                    "lineofbusinessid sector industrysector businesstype wirtschaftszweig "
                    "customercategoryname | segment mktsegment marketsegment customercategory",
        "employees": "employees numberofemployees noofemployees employeecount mitarbeiter "
                     "mitarbeiterzahl numberemployees anzahlmitarbeiter",
        "annual_wallet": "annualwallet wallet",
        "currency": "currency currencycode waehrung currencyisocode waers waehrungscode "
                    "currencyid",
        "language": "language languagecode sprache spras languageid lang sprachcode "
                    "preferredlanguage",
        "country": "country countrycode countryregioncode countryregionid land land1 "
                   "billingcountry billingcountrycode countryregion countryid laendercode "
                   "companycountry countryname",
        "owner": "owner ownername accountowner accountmanager salesperson salespersoncode salesrep "
                 "kundenbetreuer betreuer verkaeufer vertreter companyowner userid aussendienst "
                 "hubspotowner ownerid salesemployee salespersonid vertreternr",
        "plan_id": "planid plan wartungsvertrag contractid contractno vertragsnr vertragsnummer "
                   "maintenanceplan",
        "contract_end": "contractend contractenddate vertragsende renewaldate contractexpires "
                        "laufzeitende vertragsablauf",
        "do_not_contact": "donotcontact donotcall kontaktsperre werbesperre emailoptout "
                          "unsubscribed hasoptedoutofemail",
        "contact_name": "contactname primarycontact contact ansprechpartner kontakt contactperson "
                        "contactfullname kontaktperson",
        "contact_title": "contacttitle contactposition funktionansprechpartner",
        "contact_email": "contactemail email emailaddress mail emailadresse",
    },
    "products": {
        "product_id": "productid itemid itemno matnr artikelnummer artikelnr materialnummer "
                      "stockcode sku itemcode no nr id key code number productcode ean artnr "
                      "defaultcode internalreference nummer material",
        "name": "name productname itemname description productdescription bezeichnung maktx "
                "artikelbezeichnung englishproductname stockitemname artikelname produktname "
                "displayname title materialkurztext beschreibung kurztext",
        "family": "family productfamily category productcategory categoryname itemcategory "
                  "itemcategorycode productgroup itemgroup itemgroupid warengruppe matkl wgbez "
                  "warengruppenbezeichnung produktgruppe artikelgruppe productline kategorie "
                  "department subcategory productcategoryname categ_id categid producttype prodh | "
                  "type brand",
        "unit_cost": "unitcost standardcost costprice einstandspreis standardprice ek "
                     "einkaufspreis stprs verpr cost kosten",
    },
    "families": {
        "family_id": "id key code no matkl categid warengruppe artikelgruppe",
        "name": "name categoryname description bezeichnung wgbez wgbez60 productcategoryname "
                "englishproductcategoryname englishproductsubcategoryname warengruppenbezeichnung "
                "groupname productgroupname familyname kategorie category gruppe family "
                "warengruppentext completename subcategoryname productsubcategoryname | "
                "stockgroupname",
    },
    "contacts": {
        "contact_id": "contactid kontaktnr id key no ansprechpartnernr parnr recordid personid",
        "account_id": OTHERS_ACCOUNT,
        "name": "name fullname contactname displayname ansprechpartner kontakt",
        "first_name": "firstname vorname namev givenname",
        "last_name": "lastname nachname surname familyname name1 zuname",
        "title": "title jobtitle position funktion contacttitle jobposition stellung",
        "email": "email emailaddress mail emailadresse workemail smtpaddr",
        "roles": "roles role buyingrole rolle",
        "influence": "influence einfluss",
        "active": "active isactive aktiv",
    },
    "activities": {
        "activity_id": "activityid id taskid eventid recordid",
        "account_id": OTHERS_ACCOUNT,
        "contact_id": "contactid whoid contact kontakt ansprechpartner associatedcontact "
                      "associatedcontactid",
        "date": "date activitydate datum startdatetime duedate activitydatetime completeddate "
                "starttime termin",
        "owner": "owner ownername ownerid assignedto bearbeiter zustaendig activityassignedto",
        "channel": "channel type activitytype tasksubtype art kanal aktivitaetstyp subject",
        "direction": "direction richtung calltype",
    },
    "deals": {
        "deal_id": "dealid opportunityid id recordid angebotsnummer chancenr",
        "account_id": OTHERS_ACCOUNT,
        "territory": "territory gebiet vertriebsgebiet | region",
        "family": "family productfamily productline warengruppe",
        "outcome": "outcome stage stagename dealstage status phase verkaufsphase ergebnis",
        "competitor": "competitor maincompetitor maincompetitors wettbewerber mitbewerber "
                      "konkurrent competitors",
        "amount": "amount dealamount value expectedrevenue betrag dealvalue volumen wert "
                  "estimatedvalue auftragswert amountincompanycurrency",
        "close_date": "closedate closingdate expectedclosedate abschlussdatum dateclosed "
                      "estimatedclosedate closed actualclosedate datedeadline",
        "loss_reason": "lossreason lostreason closedlostreason verlustgrund reasonlost "
                       "reasonforloss absagegrund",
    },
    "complaints": {
        "account_id": OTHERS_ACCOUNT,
        "date": "date createddate openeddate datum eingangsdatum created reklamationsdatum qmdat "
                "meldedatum createdate",
        "subject": "subject betreff gegenstand description title beschreibung thema grund reason "
                   "qmtxt ticketname",
        "status": "status state ticketstatus",
    },
    "exchange_rates": {
        "currency": "currency currencycode fromcurrency waehrung fcurr currencyfrom from "
                    "sourcecurrency basecurrency foreigncurrency von vonwaehrung fremdwaehrung "
                    "waehrungscode ausgangswaehrung isocode",
        "month": "month date monat datum gdatu startingdate validfrom startdate period periode "
                 "ratedate kursdatum yearmonth gueltigab",
        "rate": "rate exchangerate kurs ukurs exchrate wechselkurs averagerate exchangerateamount "
                "fxrate monthlyrate closingrate umrechnungskurs",
        "to_currency": "tocurrency to tcurr currencyto targetcurrency quotecurrency nach "
                       "nachwaehrung zielwaehrung hauswaehrung",
    },
    "targets": {
        "account_id": OTHERS_ACCOUNT,
        "owner": "owner salesperson salesrep verkaeufer vertreter employeekey",
        "territory": "territory gebiet salesterritory | region",
        "quarter": "quarter quartal fiscalquarter",
        "revenue": "revenue target quota salesamountquota salesquota ziel umsatzziel budget plan "
                   "planumsatz targetrevenue amount",
    },
}

FILE_WORDS = {
    "invoice_lines": "invoice invoices rechnung rechnungen faktura fakturen billing vbrp vbrk "
                     "custinvoicetrans salesinvoiceline invoicelines rechnungspositionen sales "
                     "fact order orderitems umsatz umsaetze verkauf verkaeufe transactions orders "
                     "orderdetails orderlines lineitem retail auftrag auftraege vbap salesorder "
                     "absatz postedsalesinvoice erloese",
    "accounts": "customer customers kunde kunden account accounts kna1 custtable client clients "
                "debitor debitoren company companies reseller firmen respartner partner "
                "geschaeftspartner",
    "products": "product products item items artikel material materials mara makt inventtable "
                "stockitem stockitems produkt produkte article articles part sku artikelstamm",
    "families": "category categories productcategory subcategory warengruppe warengruppen t023t "
                "group groups gruppen itemgroup family families kategorie kategorien",
    "contacts": "contact contacts kontakt kontakte ansprechpartner knvk person people",
    "activities": "activity activities task tasks event events aktivitaet aktivitaeten besuche "
                  "visits calls engagements termine",
    "deals": "deal deals opportunity opportunities chancen pipeline crmlead verkaufschancen",
    "complaints": "complaint complaints reklamation reklamationen case cases ticket tickets "
                  "beschwerden",
    "exchange_rates": "rate rates exchangerate exchangerates currencyrate kurse wechselkurse tcurr "
                      "fx kurs wechselkurs devisenkurse",
    "targets": "target targets quota quotas budget ziele plan planzahlen",
}
"""Words in the name of a file that tell which table it is."""
OTHER_FILES = "quote quotation angebot budget forecast plan purchase einkauf purchasing stock " \
              "inventory bestand lager payment payments zahlung zahlungen supplier suppliers " \
              "vendor vendors lieferant lieferanten lfa1 target quota opportunity opportunities " \
              "pipeline deals review reviews complaints shipper shippers employee employees"
"""Words in the name of a file that is no list of invoice lines even when it has amounts."""

VALUES: dict[tuple[str, str], dict[str, str]] = {
    ("deals", "outcome"): {
        "won": "won closedwon gewonnen erfolgreich auftrag signed",
        "lost": "lost closedlost verloren abgelehnt absage",
        "no_decision": "nodecision closednodecision keineentscheidung cancelled abandoned "
                       "zurueckgestellt"},
    ("activities", "channel"): {
        "visit": "visit meeting besuch onsite termin ortstermin",
        "video": "video videocall onlinemeeting videokonferenz teams webmeeting",
        "phone": "phone call telefon telefonat anruf phonecall",
        "email": "email mail",
        "event": "event messe tradeshow webinar"},
    ("activities", "direction"): {
        "two_way": "twoway both", "outbound": "outbound outgoing ausgehend",
        "inbound": "inbound incoming eingehend"},
    ("complaints", "status"): {
        "open": "open new offen inprogress inbearbeitung neu working escalated wartend",
        "closed": "closed done geschlossen erledigt resolved solved abgeschlossen"},
    ("accounts", "language"): {
        "de": "de d deu ger german deutsch dede deat dech", "en": "en e eng english englisch "
              "enus engb"},
    ("invoice_lines", "kind"): {
        "invoice": "invoice rechnung re f2 zf2 outinvoice inv m sale",
        "credit": "credit creditnote creditmemo gutschrift gs g2 zg2 outrefund cn o storno "
                  "stornorechnung rechnungsstorno cancellation reversal",
        "return": "return retoure returns re_return rueckgabe ruecknahme",
        "free": "free kostenlos gratis sample muster"},
}
"""Words of an export for the values that the contract allows."""

SIGN_VALUES = {
    "fkart": {"invoice": "f1 f2 l2 zf1 zf2 zl2 s2",
              "credit": "g2 re s1 zg2 zre", },
    "vbtyp": {"invoice": "m p s", "credit": "n o"},
}
"""Values of a document type whose meaning the system fixes, by heading. S1 and N cancel an invoice
and are taken off like a credit; S2 and S cancel a credit and count like an invoice."""

ADDRESS = set("city ort stadt postalcode plz postcode zip zipcode pstlz ort01 billingcity".split())
"""Headings of an address: the region beside them is a state, not a sales territory."""
