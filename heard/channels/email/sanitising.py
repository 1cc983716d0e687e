"""HTML of strangers, made harmless once, when it is written down.

Nothing that is left runs, loads or leads into our own pages: no scripts, styles only by a list of properties that fetch nothing, and no
image has a `src`. An inline image becomes `data-cid="…"`, one from elsewhere `data-remote-src="…"`; `frames.py` puts addresses of our
choice there when a message is shown.
"""

import re
from collections.abc import Iterator

import nh3

MAX_HTML_LENGTH = 1_000_000  # characters
MAX_LINKS = 5_000
MAX_TAGS = 100_000  # of the source; what follows them is cut, as it is after so many character references
# The sanitiser needs quadratic time for deep nesting and for long lists of attributes, so long sources are tamed first.
UNTAMED_LENGTH = 50_000
MAX_DEPTH = 500
MAX_ATTRIBUTES = 60

_TAGS = {
    "a", "abbr", "acronym", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite",
    "code", "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li", "main", "mark", "nav", "ol", "p", "pre", "q", "rp",
    "rt", "ruby", "s", "samp", "section", "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot",
    "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr",
}  # fmt: skip
_DROPPED_WITH_CONTENT = {
    "script", "style", "title", "head", "template", "noscript", "iframe", "object", "embed", "svg", "math", "textarea", "select", "xml",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"dir", "lang", "style", "align", "valign", "bgcolor", "width", "height", "title"},
    "a": {"href", "name"},
    "img": {"src", "data-cid", "data-remote-src", "alt", "border", "hspace", "vspace"},
    "blockquote": {"type"},
    "font": {"color", "face", "size"},
    "table": {"border", "cellpadding", "cellspacing", "summary"},
    "td": {"colspan", "rowspan", "nowrap"},
    "th": {"colspan", "rowspan", "scope", "nowrap"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start", "type", "reversed"},
    "ul": {"type"},
    "li": {"value", "type"},
    "hr": {"size", "noshade", "color"},
    "time": {"datetime"},
    "details": {"open"},
}
# None of these takes an address, and none lifts an element out of its place.
_STYLES = {
    "background-color", "border", "border-bottom", "border-bottom-color", "border-bottom-style", "border-bottom-width",
    "border-collapse", "border-color", "border-left", "border-left-color", "border-left-style", "border-left-width", "border-radius",
    "border-right", "border-right-color", "border-right-style", "border-right-width", "border-spacing", "border-style", "border-top",
    "border-top-color", "border-top-style", "border-top-width", "border-width", "caption-side", "clear", "color", "direction",
    "display", "empty-cells", "float", "font", "font-family", "font-size", "font-style", "font-variant", "font-weight", "height",
    "letter-spacing", "line-height", "list-style-position", "list-style-type", "margin", "margin-bottom", "margin-left", "margin-right",
    "margin-top", "max-height", "max-width", "min-height", "min-width", "opacity", "overflow-wrap", "padding", "padding-bottom",
    "padding-left", "padding-right", "padding-top", "page-break-after", "page-break-before", "page-break-inside", "table-layout",
    "text-align", "text-decoration", "text-indent", "text-transform", "unicode-bidi", "vertical-align", "white-space", "width",
    "word-break", "word-spacing", "word-wrap",
}  # fmt: skip
_LINK_SCHEMES = {"http", "https", "mailto", "tel", "sms", "ftp"}
_IMAGE_SCHEMES = {"cid", "data"}

_CID = "data:heard-cid,"
_REMOTE = "data:heard-remote,"
_LOST = "data:heard-lost,"
_DATA_IMAGE = re.compile(r"data:image/(?:png|gif|jpe?g|webp|bmp|x-icon);base64,[A-Za-z0-9+/=\s]+", re.IGNORECASE)
_LONG_DATA = re.compile(r"data:[a-z]{1,20}/[a-z0-9.+\-]{1,60};base64,[A-Za-z0-9+/=\s]{1000,}", re.IGNORECASE)
_UNSAFE_STYLE = re.compile(r"url\(|expression|\\", re.IGNORECASE)
_REMOTE_SOURCE = re.compile(r"https?://", re.IGNORECASE)
_SCHEME = re.compile(r"\s*([a-zA-Z][a-zA-Z0-9+.\-]*):")


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "src":
        return _image_address(value)
    if name == "href":
        scheme = _SCHEME.match(value)
        return value if scheme and scheme[1].lower() in _LINK_SCHEMES else None
    if name == "data-remote-src":
        return value if _REMOTE_SOURCE.match(value) else None
    if name == "style" and _UNSAFE_STYLE.search(value):
        return None
    return value


def _image_address(value: str) -> str | None:
    """Every image address takes one of our three forms; which is decided here, before anything is put into HTML."""
    value = value.strip()
    lowered = value[:12].lower()
    if lowered.startswith("cid:"):
        return _CID + value[4:].strip("<>")
    if lowered.startswith(("http://", "https://")):
        return _REMOTE + value
    if lowered.startswith("//"):
        return _REMOTE + "https:" + value
    if lowered.startswith("data:") and _DATA_IMAGE.fullmatch(value):
        return value
    return _LOST


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes=_ATTRIBUTES,
    attribute_filter=_attribute,
    strip_comments=True,
    link_rel=None,
    url_schemes=_LINK_SCHEMES | _IMAGE_SCHEMES,
    filter_style_properties=_STYLES,
)
_CLEANER_WITHOUT_LINKS = nh3.Cleaner(
    tags=_TAGS - {"a"},
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes={tag: names for tag, names in _ATTRIBUTES.items() if tag != "a"},
    attribute_filter=_attribute,
    strip_comments=True,
    link_rel=None,
    url_schemes=_LINK_SCHEMES | _IMAGE_SCHEMES,
    filter_style_properties=_STYLES,
)


def sanitise(html: str) -> str:
    """`html` as a fragment that is safe to show in the mail frame and to convert to text.

    At most about `MAX_HTML_LENGTH` characters of the source are read; with more than `MAX_LINKS` links all of them become plain text.
    Sanitising twice gives the same as sanitising once.
    """
    html = _tamed(html)
    clean = _CLEANER.clean(html)
    if clean.count("<a ") > MAX_LINKS:
        clean = _CLEANER_WITHOUT_LINKS.clean(html)
    return _name_images(clean).replace("<a ", '<a target="_blank" rel="noopener noreferrer" ')


def _tamed(html: str) -> str:
    """Source that the sanitiser finishes within about a second, whatever it is. Ordinary mail passes unchanged."""
    if len(html) > MAX_HTML_LENGTH:
        html = _LONG_DATA.sub("", html)[:MAX_HTML_LENGTH]
    if len(html) <= UNTAMED_LENGTH:
        return html
    html = html.replace("\x00", "")
    for mark in "<&":
        if html.count(mark) > MAX_TAGS:
            html = html[: _place_of(html, mark, MAX_TAGS)]
    return "".join(_limited_tags(html))


def _place_of(text: str, mark: str, count: int) -> int:
    place = -1
    for _ in range(count):
        place = text.index(mark, place + 1)
    return place


_TAG_NAME = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,30})")
_TAG_ATTRIBUTE = re.compile(r"""[\s/]*([^\s/>=][^\s/>=]*)(\s*=\s*)?""")
_BARE_VALUE = re.compile(r"[^\s>]*")
_TO_END = re.compile(r"[\s/]*>")
_SHALLOW = {"p", "li", "td", "th", "tr", "dt", "dd", "br", "img", "hr", "wbr", "col", "meta", "link", "input", "base", "area"}


def _limited_tags(html: str) -> Iterator[str]:
    """The source again, but no tag has more than `MAX_ATTRIBUTES` and no element lies deeper than `MAX_DEPTH`.

    It reads tags as browsers do (WHATWG HTML, 13.2.5), always forwards, so its time is proportional to the length.
    """
    position, depth = 0, 0
    opened: dict[str, int] = {}
    for _ in range(MAX_TAGS + 1):
        start = html.find("<", position)
        if start < 0:
            break
        yield html[position:start]
        tag = _TAG_NAME.match(html, start)
        if tag is None:
            yield "<"
            position = start + 1
            continue
        end, kept = _attributes_end(html, tag.end())
        if end < 0:  # a tag that never ends swallows the rest
            return
        name = tag[2].lower()
        if name in _SHALLOW:
            yield html[start:kept] + ">"
        elif tag[1]:
            if opened.get(name):
                opened[name] -= 1
                depth -= 1
            yield f"</{name}>"
        elif depth < MAX_DEPTH:
            opened[name] = opened.get(name, 0) + 1
            depth += 1
            yield html[start:kept] + ">"
        position = end
    yield html[position:]


def _attributes_end(html: str, position: int) -> tuple[int, int]:
    """Where a tag ends (-1: nowhere), and where its first `MAX_ATTRIBUTES` attributes do."""
    count, kept = 0, position
    while True:
        end = _TO_END.match(html, position)
        if end is not None:
            return end.end(), kept
        attribute = _TAG_ATTRIBUTE.match(html, position)
        if attribute is None:
            if position >= len(html) or html[position] != "=":
                return -1, kept
            position += 1
            continue
        position = attribute.end()
        if attribute[2]:
            quote = html[position : position + 1]
            if quote in ("'", '"') and quote:
                position = html.find(quote, position + 1) + 1
                if position == 0:
                    return -1, kept
            else:
                value = _BARE_VALUE.match(html, position)
                position = value.end() if value else position
        count += 1
        if count <= MAX_ATTRIBUTES:
            kept = position


def _name_images(clean: str) -> str:
    """Turns our forms of `src` into attributes that load nothing.

    Plain replacement is safe: in the output of the sanitiser an attribute's value holds no quotation mark and no `<`, both are escaped.
    """
    if "<img" not in clean:
        return clean
    clean = clean.replace(f' src="{_CID}', ' data-cid="')
    clean = clean.replace(f' src="{_REMOTE}', ' data-remote-src="')
    return clean.replace(f' src="{_LOST}"', "")
