"""The gate before a page is sent: what it must find, and what it must not take for a find."""

import base64
import html
import pickle
import re
import unicodedata
import zlib
from urllib.parse import quote

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from qbrkit.errors import LeakError
from qbrkit.run.leaks import AS_WRITTEN, FIGURE, Gate, Leak, find_leaks, guard

NAME, ID, RATER = "another account's name", "another account's id", "a rater"
CLEAN = """<!DOCTYPE html>
<html lang="de"><head><meta charset="utf-8"><title>Quarterly review – Acme North GmbH</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:;
 style-src 'sha256-AG+BMW/12346+Ab1DHL/xyzxyzxyzxyzxyzxyzxyzxyzxyz='">
<style>body{{margin:0;display:grid;font:12px/1.4 "Source Sans 3",sans-serif;color:#ADA}}
.total::after{{content:"\\2014 "}}{style}</style></head>
<body class="page grid"><h1 id="top">Acme North GmbH</h1><p{attribute}>Your quarter.{text}</p>
<table><tr><th>Family</th><th>Net</th></tr><tr><td>Filters</td><td>12,346.00</td></tr></table>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 viewBox="0 0 11000 12346"><defs><clipPath id="p11000"><path d="M11000 12346 L25 4 z"/></clipPath>
</defs><rect width="11000" height="12346" clip-path="url(#p11000)" fill="#BEE"/>
<text x="11000">Q3</text></svg>{body}<p>mailto: <a href="mailto:kam@seller.example">write</a></p>
</body></html>"""


def page(**parts: str) -> bytes:
    blanks = dict.fromkeys(("style", "attribute", "text", "body"), "")
    return CLEAN.format(**(blanks | parts)).encode()


def found(
    content: bytes, *terms: str, what: str = NAME, allowed: tuple[str, ...] = ()
) -> list[str]:
    return [leak.found for leak in find_leaks(content, {what: terms}, allowed)]


def always(content: bytes) -> list[str]:
    return [leak.what for leak in find_leaks(content, {})]


def data(payload: bytes, mime: str = "image/svg+xml") -> str:
    return f"data:{mime};base64,{base64.b64encode(payload).decode()}"


def png(*fields: bytes) -> bytes:
    """A picture with text fields; the checksums do not matter here."""
    chunks = [(b"IHDR", bytes(13)), *((b"tEXt", field) for field in fields), (b"IDAT", noise())]
    parts = (
        len(content).to_bytes(4, "big") + kind + content + bytes(4) for kind, content in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def noise() -> bytes:
    return b"".join(zlib.compress(str(number).encode() * 3) for number in range(5000))


CANARIES = ["Müller & Sohn KG", "Zanzibarwerke", "O'Neill Straße AG", "KD-40817", "Łódź Meble"]

PLACES = {
    "text": lambda term: page(text=f" {html.escape(term)} "),
    "upper case": lambda term: page(text=f" {html.escape(term.upper())}."),
    "start of a cell": lambda term: page(body=f"<td>{html.escape(term)}</td><td>1</td>"),
    "title attribute": lambda term: page(attribute=f' title="{html.escape(term)}"'),
    "alt without quotes": lambda term: page(
        body=f"<img alt={html.escape(term).replace(' ', '&nbsp;')} src=data:,>"
    ),
    "data attribute": lambda term: page(attribute=f" data-who='{html.escape(term)}'"),
    "class": lambda term: page(attribute=f' class="{html.escape(term)}"'),
    "attribute of an end tag": lambda term: page(body=f'<p>x</p title="{html.escape(term)}">'),
    "unclosed tag": lambda term: page(body="") + f'<p title="{html.escape(term)}'.encode(),
    "first of two titles": lambda term: page(attribute=f' title="{html.escape(term)}" title="x"'),
    "meta": lambda term: page(body=f'<meta name="author" content="{html.escape(term)}">'),
    "comment": lambda term: page(body=f"<!-- {term} -->"),
    "unclosed comment": lambda term: page() + f"<!-- {term}".encode(),
    "strange declaration": lambda term: page(body=f"<![foo {term}[ x ]]><p>more</p>"),
    "processing instruction": lambda term: page(body=f"<?who {term}?>"),
    "cdata": lambda term: page(body=f"<svg><desc><![CDATA[{term}]]></desc></svg>"),
    "comment of a style": lambda term: page(style=f"/* {term} */"),
    "string of a style": lambda term: page(style=f'p::after{{content:"{term}"}}'),
    "style attribute": lambda term: page(
        attribute=' style="--who:' + html.escape(f'"{term}"') + '"'
    ),
    "escapes of a style": lambda term: page(
        style='p::after{content:"' + "".join(f"\\{ord(sign):x} " for sign in term) + '"}'
    ),
    "base64 picture": lambda term: page(
        body=f'<img src="{data(f"<svg><text>{html.escape(term)}</text></svg>".encode())}">'
    ),
    "base64 without end signs": lambda term: page(
        body=f"<img src='{data(term.encode(), 'text/plain').rstrip('=')}'>"
    ),
    "base64 in lines": lambda term: page(
        body='<img src="data:text/plain;base64,'
        + base64.encodebytes(b"nothing here, " * 20 + term.encode()).decode()
        + '">'
    ),
    "base64 in base64": lambda term: page(
        body=f'<img src="{data(f"<image href={data(term.encode())!r}/>".encode())}">'
    ),
    "base64 in a style": lambda term: page(style=f"p{{background:url({data(term.encode())})}}"),
    "text field of a picture": lambda term: page(
        body=f'<img src="{data(png(b"Author" + bytes(1) + term.encode()), "image/png")}">'
    ),
    "percent-encoded": lambda term: page(body=f'<a href="#{quote(term)}">x</a>'),
    "percent-encoded picture": lambda term: page(
        body='<img src="data:image/svg+xml,'
        + quote(f"<svg><text>{html.escape(term)}</text></svg>")
        + '">'
    ),
    "entities": lambda term: page(text=" " + "".join(f"&#x{ord(sign):x};" for sign in term)),
    "entities twice": lambda term: page(text=" " + "".join(f"&amp;#{ord(sign)};" for sign in term)),
    "json": lambda term: page(
        body="<!-- {" + "".join(f"\\u{ord(sign):04x}" for sign in f'"{term}"') + "} -->"
    ),
    "tags inside": lambda term: page(
        text=f" {html.escape(term[0])}<b>{html.escape(term[1])}</b>{html.escape(term[2:])}"
    ),
    "commented tags inside": lambda term: page(
        body=f"<!-- <p>{term[0]}<b>{term[1]}</b>{html.escape(term[2:])}</p> -->"
    ),
    "soft hyphens": lambda term: page(text=" " + html.escape("\xad".join(term), quote=False)),
    "named soft hyphen": lambda term: page(text=f" {term[:3]}&shy;{html.escape(term[3:])}"),
    "zero-width signs": lambda term: page(text=" " + html.escape("\u200b".join(term))),
    "word break": lambda term: page(text=f" {term[:3]}<wbr>{html.escape(term[3:])}"),
    "line breaks": lambda term: page(text=" " + html.escape(term).replace(" ", "\r\n   ")),
    "br": lambda term: page(text=" " + html.escape(term).replace(" ", "<br>")),
    "nbsp": lambda term: page(text=" " + html.escape(term).replace(" ", "&nbsp;")),
    "decomposed": lambda term: page(text=" " + unicodedata.normalize("NFD", html.escape(term))),
    "full width": lambda term: page(
        text=" "
        + re.sub("[A-Za-z0-9]", lambda sign: chr(ord(sign[0]) + 0xFEE0), term).replace("&", "＆")
    ),
    "tspans for words": lambda term: page(
        body="<svg><text>"
        + "".join(f"<tspan x='0'>{html.escape(word)}</tspan>" for word in term.split())
        + "</text></svg>"
    ),
    "tspans for letters": lambda term: page(
        body="<svg><text>"
        + "".join(f"<tspan>{html.escape(sign)}</tspan>" for sign in term)
        + "</text></svg>"
    ),
    "svg title": lambda term: page(body=f"<svg><title>{html.escape(term)}</title></svg>"),
    "svg metadata": lambda term: page(body=f"<svg><metadata>{html.escape(term)}</metadata></svg>"),
    "stray bytes": lambda term: (
        page(body="<p>\x01</p>").replace(b"\x01", b"\xff") + html.escape(term).encode()
    ),
    "null bytes": lambda term: page(text=" " + "\0".join(html.escape(term))),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("term", CANARIES)
def test_canary_is_found_in_every_place(term, place):
    assert found(PLACES[place](term), "Harmless Ltd", term, "Other One") == [term]


def test_clean_page_has_no_find():
    terms = [
        "Müller & Sohn KG",
        "Grid",
        "AG",
        "BMW",
        "Ab1",
        "Ada",
        "Bee",
        "Total",
        "L25",
        "7",
        "12",
    ]
    assert found(page(), *terms) == []
    assert found(page(), "11000", "12346", "7", "3", what=ID) == []


def test_find_says_kind_term_and_surroundings():
    content = page(text=" A secret of <i>Anna Schmidt</i> here")
    (leak,) = find_leaks(content, {RATER: ["anna schmidt"]})
    assert (leak.what, leak.found) == (RATER, "anna schmidt")
    assert leak.where.startswith("…")
    assert "A secret of Anna Schmidt here" in leak.where
    assert len(leak.where) <= 42 + len(leak.found)


def test_term_is_reported_once_and_every_kind_is_kept():
    leaks = find_leaks(page(text=" Zeppelin, Zeppelin"), {RATER: ["Zeppelin"], NAME: ["Zeppelin"]})
    assert [(leak.what, leak.found) for leak in leaks] == [(RATER, "Zeppelin"), (NAME, "Zeppelin")]


# False positives


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("Metropolis and the metroline", "Metro"),
        ("Our service. Plus one more", "Service Plus"),
        ("Service: plus one more", "Service Plus"),
        ("Ask why! Works", "Why Works"),
        ("ag and Ag and Agnes", "AG"),
        ("the q1 report", "Q1"),
        ("a K 0042", "K-0042"),
        ("class A goods", "A"),
        ("Class &amp; Sons", "&"),
        ("Smith", ""),
    ],
)
def test_part_or_other_spelling_is_no_find(text, term):
    assert found(page(text=f" {text} "), term) == []


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("by Metro.", "Metro"),
        ("METRO’s offer", "Metro"),
        ("the AG's", "AG"),
        ("near St Pölten AG", "St. Pölten AG"),
        ("near St. Pölten AG", "St. Pölten AG"),
        ("file mueller_zanzibar.csv", "Zanzibar"),
        ("acme-south-gmbh", "Acme South GmbH"),
        ("acme/south", "Acme South"),
        ("Booking.com", "Booking.com"),
        ("from Foo Inc to", "Foo Inc."),
        ("Coca‑Cola", "Coca-Cola"),
        ("k–0042", "K-0042"),
    ],
)
def test_whole_term_is_found(text, term):
    assert found(page(text=f" {text} "), term) == [term]


@pytest.mark.parametrize(
    "code",
    [
        page(style=".metro{display:grid}"),
        page(attribute=' class="metro grid"'),
        page(body='<svg><text text-anchor="metro" font-family="grid">x</text></svg>'),
    ],
)
def test_word_of_code_counts_only_as_written(code):
    assert found(code, "Metro", "Grid") == []
    assert found(code, "metro") == ["metro"]


def test_settings_of_the_browser_are_code():
    content = page(body='<meta name="color-scheme" content="light dark">')
    assert found(content, "None", "Width", "Light", "Color", "Viewport") == []
    assert found(content, "width") == ["width"]


def test_short_name_and_number_do_not_count_in_code_and_geometry():
    code = page(
        style=".AG{width:11000px} .x11000{color:#A1B2C3}",
        attribute=' class="AG 11000" style="margin:12346px"',
        body='<svg><path d="M25 11000 L250,12346 z" id="12346"/><g transform="scale(11000)"/>',
    )
    assert found(code, "AG", "11000", "12346", "M25", "L250", "A1B2C3", "a1b2c3") == []


def test_number_counts_in_everything_a_reader_is_told():
    for content in (
        page(text=" id 12346."),
        page(text=" (12346)"),
        page(text=" [11001,12346,11002]"),
        page(text=" 12346 250 pieces"),
        page(attribute=' title="12346"'),
        page(body="<img alt='no. 12346' src='data:,'>"),
        page(attribute=' aria-label="x 12346"'),
        page(body="<!-- 12346 -->"),
        page(body="<?id 12346?>"),
        page(body="<svg><desc><![CDATA[12346]]></desc></svg>"),
        page(body='<meta name="x" content="12346">'),
        page(body=f'<img src="{data(b"<svg><text>12346</text></svg>")}">'),
    ):
        assert found(content, "12346", what=ID) == ["12346"]


@pytest.mark.parametrize(
    "text",
    [
        "12,346",
        "112346",
        "123461",
        "12346.50",
        "1.12346",
        "1,12346",
        "12346,5",
        "12'346",
        "12346kg",
    ],
)
def test_number_within_a_longer_number_is_no_find(text):
    assert found(page(text=f" {text} ", attribute=f' title="{text}"'), "12346", what=ID) == []


def test_number_with_signs_counts_with_its_signs():
    assert found(page(text=" 12-345 "), "12-345", what=ID) == ["12-345"]
    assert found(page(text=" 12 345 and 12345"), "12-345", what=ID) == []


@pytest.mark.parametrize(
    "text",
    [
        "account 12",
        "Konto: 12,",
        "Kunden-Nr. 12",
        "customer #12",
        "client no. 12",
        "Account <b>12</b>",
    ],
)
def test_short_id_counts_after_a_word_that_makes_it_an_id(text):
    assert found(page(text=f" {text} x"), "12", "7", what=ID) == ["12"]


@pytest.mark.parametrize(
    "text",
    [
        "12",
        "12 accounts",
        "Skonto 12",
        "discount 12",
        "account 12,346",
        "account 12 346",
        "account 123",
    ],
)
def test_short_id_alone_is_no_find(text):
    assert found(page(text=f" {text} x"), "12", "7", what=ID) == []


def test_number_of_four_digits_alone_is_no_find():
    assert found(page(text=" 2026 and 1234. ", attribute=' title="1234"'), "1234", what=ID) == []


def test_short_id_counts_in_attributes_that_name_an_account():
    assert found(page(attribute=' data-account="12"'), "12", what=ID) == ["12"]
    assert found(page(body='<!-- {"account_id": 12} -->'), "12", what=ID) == ["12"]
    assert found(page(attribute=' data-width="12"'), "12", what=ID) == []


def test_term_of_a_kind_as_written_counts_in_its_own_spelling_only():
    kind = f"{NAME}{AS_WRITTEN}"
    assert found(page(text=" with Bridge too"), "Bridge", what=kind) == ["Bridge"]
    assert found(page(text=" with bridge too"), "Bridge", what=kind) == []
    assert found(page(attribute=' class="Bridge"'), "Bridge", what=kind) == []
    assert found(page(text=" with bridge too"), "Bridge") == ["Bridge"]


# Allowed phrases


def test_own_name_may_contain_another_name():
    assert found(page(), "Acme", "North", "acme north", allowed=("Acme North GmbH",)) == []
    assert found(page(), "Acme") == ["Acme"]


def test_name_beside_the_own_name_is_found():
    content = page(text=" Acme North GmbH and Acme South")
    assert found(content, "Acme", "Acme South", allowed=("Acme North GmbH",)) == [
        "Acme",
        "Acme South",
    ]


def test_longer_name_around_the_own_name_is_found():
    content = page(text=" Acme North GmbH Holding")
    assert found(content, "Acme North GmbH Holding", allowed=("Acme North GmbH",)) == [
        "Acme North GmbH Holding"
    ]


def test_own_name_and_id_equal_to_anothers_are_no_find():
    content = page(text=" ACME NORTH GMBH, account 12, 40817")
    terms = ("Acme North GmbH", "12", "40817")
    assert found(content, *terms) == list(terms)
    assert found(content, *terms, allowed=terms) == []


def test_own_name_broken_by_tags_contains_no_other_name():
    content = page(
        text=" Ac<b>me</b> North GmbH",
        body="<svg><text><tspan>Acme North</tspan><tspan>GmbH</tspan></text></svg>",
    )
    assert found(content, "Acme North", "Acme", allowed=("Acme North GmbH",)) == []


def test_word_of_the_page_can_be_allowed():
    content = page(body="<tr><td>Total</td></tr>")
    assert found(content, "Total") == ["Total"]
    assert found(content, "Total", allowed=("Total",)) == []
    assert found(page(text=" Total Energy"), "Total Energy", allowed=("Total",)) == ["Total Energy"]


def test_allowed_address_and_word_of_notebooks_are_no_find():
    content = page(text=" see https://acme.example/qbr now", attribute=' title="papermill Nord"')
    assert set(always(content)) == {"notebook metadata", "a remote address"}
    assert find_leaks(content, {}, ["https://acme.example/qbr", "Papermill Nord"]) == []


def test_one_gate_serves_pages_of_all_accounts():
    gate = Gate({NAME: ["Alpha Werke", "Beta Werke"], ID: ["10001", "10002"]})
    alpha, beta = page(text=" Alpha Werke 10001"), page(text=" Beta Werke 10002")
    assert gate.find(alpha, ["Alpha Werke", "10001"]) == []
    assert gate.find(beta, ["Beta Werke", "10002"]) == []
    assert {leak.found for leak in gate.find(beta, ["Alpha Werke", "10001"])} == {
        "Beta Werke",
        "10002",
    }
    assert find_leaks(alpha, gate, ["Alpha Werke", "10001"]) == []


# Always searched

ALWAYS = [
    ("a script", {"body": "<script>1</script>"}),
    ("a script", {"body": "<SCRIPT src='data:,'>"}),
    ("a script", {"body": "<svg><a href=' javascript:alert(1)'>x</a></svg>"}),
    ("a script", {"body": '<a href="java&#115;cript&colon;alert(1)">x</a>'}),
    ("a script", {"body": f'<img src="{data(b"<svg><script/></svg>")}">'}),
    ("an event handler", {"attribute": ' onclick="x()"'}),
    ("an event handler", {"body": "<svg/onload=x()>"}),
    (
        "an event handler",
        {"body": f'<img src="data:image/svg+xml,{quote("<svg onload=x></svg>")}">'},
    ),
    ("a form", {"body": "<form><input></form>"}),
    ("a frame", {"body": "<iframe srcdoc='x'></iframe>"}),
    ("a frame", {"body": "<object></object>"}),
    ("a frame", {"body": "<embed>"}),
    ("a link element", {"body": '<link rel="stylesheet" href="x.css">'}),
    ("a link element", {"body": '<base href="x">'}),
    ("a redirection", {"body": '<meta http-equiv="Refresh" content="0;url=x">'}),
    ("a style from elsewhere", {"style": "@import 'x.css';"}),
    ("a style from elsewhere", {"style": "p{background:url(x.png)}"}),
    ("a style from elsewhere", {"style": "p{background:\\75rl('x.png')}"}),
    ("a style from elsewhere", {"attribute": ' style="background:url(&quot;x.png&quot;)"'}),
    ("a remote address", {"text": " see http://qbr.example"}),
    ("a remote address", {"body": '<img src="https://qbr.example/x.png">'}),
    ("a remote address", {"body": '<img src="//qbr.example/x.png">'}),
    ("a remote address", {"body": "<a href=ftp://qbr.example>x</a>"}),
    ("a remote address", {"body": "<!-- ws://qbr.example -->"}),
    ("a remote address", {"body": '<svg><use href="http://www.w3.org/2000/svg"/></svg>'}),
    ("a path of a computer", {"text": r" C:\Users\anna\q3.xlsx"}),
    ("a path of a computer", {"text": " D:/data/q3.xlsx"}),
    ("a path of a computer", {"attribute": r' title="\\server\share\q3.xlsx"'}),
    ("a path of a computer", {"text": " /home/anna/q3.csv"}),
    ("a path of a computer", {"body": "<!--/Users/anna/q3.csv-->"}),
    ("a path of a computer", {"text": " (/tmp/q3.csv)"}),
    ("a path of a computer", {"body": '<a href="file:///q3.csv">x</a>'}),
    (
        "a path of a computer",
        {"body": f'<img src="{data(png(b"Source" + bytes(1) + b"/tmp/x"))}">'},
    ),
    ("a Python traceback", {"text": " <b>Traceback</b> (most recent call last)"}),
    ("a Python traceback", {"text": ' File "review.py", line 12'}),
    ("a Python traceback", {"text": " Cell <i>In[3]</i>, line 2"}),
    ("notebook metadata", {"body": "<!-- papermill -->"}),
    ("notebook metadata", {"attribute": ' class="cell papermill-error"'}),
    ("notebook metadata", {"attribute": ' data-tags="injected-parameters"'}),
    ("notebook metadata", {"text": " papermill.start_time"}),
    ("notebook metadata", {"body": '<!-- {"kernelspec": 1} -->'}),
]


@pytest.mark.parametrize(("what", "parts"), ALWAYS)
def test_is_found_without_being_asked_for(what, parts):
    assert what in always(page(**parts))


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"text": " &lt;script&gt; is text, onclick=x too, and javascript: as well"},
        {"text": " and/or; 5 €/t; a:b; 1/2; // no address; C: is a drive; at 10:/30"},
        {"text": " paper mill, papermill products, scripts, home/office, iframe"},
        {"style": "p{background:url(data:image/png;base64,AAAA)} i{mask:url(#m)}"},
        {"attribute": " style=\"background:url('data:image/png;base64,AAAA')\""},
        {"body": "<a href='mailto:anyone@else.example'>x</a><a href='#top'>y</a>"},
        {"body": '<svg><use xlink:href="#p11000"/></svg><img src="logo.png" alt="">'},
        {"body": f'<img src="{data(png(b"Software" + bytes(1) + b"https://plots.example"))}">'},
        {"body": f'<img src="{data(noise(), "font/woff2")}">'},
        {"attribute": ' title="based on = 3, once=1"'},
        {"body": "<!doctype svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/x.dtd'>"},
    ],
)
def test_harmless_page_is_no_find(parts):
    assert find_leaks(page(**parts), {NAME: ["AG", "Tk", "Zanzibar", "Data Base"]}) == []


def test_page_in_another_encoding_is_searched():
    assert found("<p>Müller".encode("latin-1"), "Müller") == ["Müller"]
    assert found("<p>Müller".encode("utf-8-sig"), "Müller") == ["Müller"]


def test_what_the_parser_loses_is_found_in_the_source(monkeypatch):
    monkeypatch.setattr("html.parser.HTMLParser.feed", lambda self, text: None)
    content = page(text=" Müller &amp; Sohn KG", attribute=' title="Anna Schmidt"')
    assert found(content, "Müller & Sohn KG", "Anna Schmidt") == [
        "Anna Schmidt",
        "Müller & Sohn KG",
    ]


def test_broken_base64_stops_nothing():
    assert found(page(body='<img src="data:;base64,A"> Zanzibar'), "Zanzibar") == ["Zanzibar"]
    assert found(b"", "Zanzibar") == []


# guard


def test_guard_lets_a_clean_page_pass():
    assert guard(page(), {NAME: ["Zanzibar"]}) is None


def test_guard_raises_one_sentence_with_five_finds_and_the_count():
    terms = [f"Kanarie{sign}" for sign in "abcdefg"]
    with pytest.raises(LeakError) as caught:
        guard(page(text=" " + ", ".join(terms)), {NAME: terms}, name="acme.html")
    message = str(caught.value)
    assert message.startswith("acme.html: not released, 7 finds ")
    assert "another account's name 'Kanariea' in '…" in message
    assert "'Kanariee' in" in message
    assert "'Kanarief' in" not in message
    assert "and 2 more; take them out at their source" in message
    assert "\n" not in message
    assert not message.endswith(".")
    assert str(pickle.loads(pickle.dumps(caught.value))) == message


def test_guard_takes_a_gate_and_allowed_words():
    gate = Gate({NAME: ["Acme North GmbH"]})
    guard(page(), gate, ["Acme North GmbH"])
    with pytest.raises(LeakError, match="1 find its reader"):
        guard(page(), gate)


def test_rate_counts_only_with_its_percent_sign_and_whole():
    assert found(page(text=" return −38.3 % a year"), "38.3%") == ["38.3%"]
    assert found(page(text=" Marge 38,3\xa0%"), "38,3 %") == ["38,3 %"]
    assert found(page(text=" 38.3 t; 138.3%; 1,038.3%; 38.35%; 38%"), "38.3%") == []


def test_figure_is_told_with_what_to_do_when_it_is_there_by_chance():
    with pytest.raises(LeakError, match=r"list it as printed under \[disclosure\] allowed_words"):
        guard(page(text=" sum 15,310 here"), {FIGURE: ["15,310"]})
    guard(page(text=" sum 15,310 here"), {FIGURE: ["15,310"]}, ["15,310"])


def test_text_in_place_of_a_list_is_refused():
    with pytest.raises(TypeError, match="'Acme' is one text; give a list"):
        find_leaks(page(), {NAME: "Acme"})
    with pytest.raises(TypeError, match="give a list"):
        find_leaks(page(), {NAME: ["Acme"]}, "Acme North GmbH")


def test_leak_cannot_be_changed():
    with pytest.raises(AttributeError):
        Leak("a", "b", "c").what = "d"


# Properties

LETTERS = "abcdefghijklmnopqrstuvwxyzäöüßéøłşČŽ"
distinctive = st.lists(st.text(LETTERS, min_size=4, max_size=9), min_size=1, max_size=4).map(
    " ".join
)
filler = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<>&"), max_size=60
)


@given(
    term=distinctive,
    before=filler,
    after=filler,
    cased=st.sampled_from([str.upper, str.title, str]),
)
@example(term="straße", before="", after="", cased=str.upper)
def test_term_planted_in_text_is_always_found(term, before, after, cased):
    content = page(body=f"<p>{before} {cased(term)} {after}</p>")
    assert term in found(content, term)


@given(term=distinctive, cut=st.integers(1, 30), kind=st.sampled_from(["b", "tspan", "mark", "a"]))
def test_term_cut_by_a_tag_is_always_found(term, cut, kind):
    cut = min(cut, len(term))
    content = page(body=f"<p>{term[:cut]}<{kind}>{term[cut:]}</{kind}></p>")
    assert found(content, term) == [term]


@given(term=st.text("äöüø", min_size=4, max_size=12), text=st.text("abcXYZ <>;#/\"'=-.\n1234"))
def test_page_without_the_letters_of_a_term_has_no_find(term, text):
    assert found(f"<p>{text}</p>".encode(), term) == []


@given(st.binary(max_size=300))
@example(b"<![foo[")
@example(b"<!doctype [<!x")
@example(b"&#xd800;&#1114112;\\ud800 <p style='\\d800 \\110000'>")
@example(b"<img src='data:;base64,!!!!'>")
def test_no_page_stops_the_gate(content):
    find_leaks(content, {NAME: ["Zanzibar"]}, ["Own"])


@given(text=filler, own=distinctive, other=distinctive)
def test_what_is_allowed_is_never_found_where_it_stands(text, own, other):
    assume(not found(page(text=f" {text} "), other))
    assert found(page(body=f"<p>{own}</p>"), other, own, allowed=(own, other)) == []
