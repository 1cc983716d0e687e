"""Countries and states in one form: the few ways in which addresses and documents write them."""

from functools import cache

from heard.matching.names import fold

_COUNTRIES = """
ad and andorra|ae are united arab emirates|ar arg argentina|at aut austria oesterreich osterreich|au aus australia|be bel belgium belgique belgie
bg bgr bulgaria|bo bol bolivia|br bra brazil brasil|ca can canada|ch che switzerland schweiz suisse svizzera suiza|cl chl chile
cn chn china prc|co col colombia|cr cri costa rica|cu cub cuba|cy cyp cyprus|cz cze czechia czech republic|de deu ger germany deutschland alemania
dk dnk denmark danmark|do dom dominican republic|ec ecu ecuador|ee est estonia|eg egy egypt|es esp spain espana|fi fin finland suomi
fr fra france francia frankreich|gb gbr uk united kingdom great britain england scotland wales|gr grc greece hellas|gt gtm guatemala
hk hkg hong kong|hn hnd honduras|hr hrv croatia|hu hun hungary|id idn indonesia|ie irl ireland|il isr israel|in ind india|is isl iceland
it ita italy italia|jp jpn japan|ke ken kenya|kh khm cambodia|kr kor korea south korea|lt ltu lithuania|lu lux luxembourg luxemburg|lv lva latvia
ma mar morocco|mt mlt malta|mx mex mexico|my mys malaysia|ng nga nigeria|ni nic nicaragua|nl nld netherlands holland nederland|no nor norway norge
nz nzl new zealand|pa pan panama|pe per peru|ph phl philippines|pk pak pakistan|pl pol poland polska|pr pri puerto rico|pt prt portugal|py pry paraguay
ro rou romania|rs srb serbia|ru rus russia russian federation|sa sau saudi arabia|se swe sweden sverige|sg sgp singapore|si svn slovenia|sk svk slovakia
sv slv el salvador|th tha thailand|tr tur turkey turkiye|tw twn taiwan|ua ukr ukraine|us usa united states united states of america
uy ury uruguay|ve ven venezuela|vn vnm vietnam|za zaf south africa
"""

_REGIONS = """
al alabama|ak alaska|az arizona|ar arkansas|ca california|co colorado|ct connecticut|de delaware|dc district of columbia|fl florida|ga georgia|hi hawaii
id idaho|il illinois|in indiana|ia iowa|ks kansas|ky kentucky|la louisiana|me maine|md maryland|ma massachusetts|mi michigan|mn minnesota
ms mississippi|mo missouri|mt montana|ne nebraska|nv nevada|nh new hampshire|nj new jersey|nm new mexico|ny new york|nc north carolina
nd north dakota|oh ohio|ok oklahoma|or oregon|pa pennsylvania|ri rhode island|sc south carolina|sd south dakota|tn tennessee|tx texas|ut utah
vt vermont|va virginia|wa washington|wv west virginia|wi wisconsin|wy wyoming
on ontario|qc quebec|bc british columbia|ab alberta|mb manitoba|sk saskatchewan|ns nova scotia|nb new brunswick|nl newfoundland|pe prince edward island
nsw new south wales|vic victoria|qld queensland|sa south australia|tas tasmania|act australian capital territory|nt northern territory
"""


@cache
def _countries() -> dict[str, str]:
    codes: dict[str, str] = {}
    for entry in _COUNTRIES.replace("\n", "|").split("|"):
        words = entry.split()
        if words:
            code, names = words[0], words[1:]
            codes[code] = code
            # three letters, then names; names of several words are kept whole and word by word only when one
            for end in range(1, len(names) + 1):
                for start in range(end):
                    codes.setdefault(" ".join(names[start:end]), code)
    for word in ("united", "republic", "south", "new", "great", "rica", "kong", "el", "of", "america", "states", "kingdom", "africa"):
        codes.pop(word, None)
    return codes


@cache
def _regions() -> dict[str, str]:
    codes: dict[str, str] = {}
    for entry in _REGIONS.replace("\n", "|").split("|"):
        code, _, whole = entry.strip().partition(" ")
        if code:
            codes.setdefault(code, code)
            codes[whole] = code
    return codes


def country_code(text: str, *, is_sure: bool = False) -> str:
    """Two small letters. A name we do not know stays as it is, or is "" when `is_sure` is asked."""
    plain = fold(text)
    code = _countries().get(plain, "")
    if is_sure:
        return code if len(plain) > 2 else ""
    return code or plain


def region_code(text: str, *, is_sure: bool = False) -> str:
    """A state's or province's letters: California and CA are both ca. A name we do not know stays as it is."""
    plain = fold(text)
    code = _regions().get(plain, "")
    return code if code or is_sure else plain


def issuer_code(text: str) -> str:
    """Who gave out a document: a country, else a state."""
    plain = fold(text)
    if len(plain) == 2 and plain in _regions() and plain not in _countries():
        return plain
    return _countries().get(plain) or _regions().get(plain) or plain
