"""The document shown in the frame of one mail. Pure; the view adds the policy (Content-Security-Policy) and serves it under its own URL.

Its images need `img-src 'self' data:` and its styles `style-src 'unsafe-inline'`; scripts it has none.
"""

import html as html_entities
import re
from collections.abc import Callable

_IMAGE = re.compile(r"<img [^>]*>")
_CID = re.compile(r' data-cid="([^"]*)"')
_REMOTE = re.compile(r' data-remote-src="([^"]*)"')

_STYLE = (
    ":root{color-scheme:light}html{background:#fff;color:#1b1b1f}"
    "body{margin:0;padding:.25rem;font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}"
    "img{max-width:100%;height:auto}table{max-width:100%}pre{white-space:pre-wrap}"
    "blockquote{margin:0 0 0 .5rem;padding-left:.75rem;border-left:2px solid #c9c9d0}"
    "img[data-remote-src]:not([src]){min-width:1rem;min-height:1rem;outline:1px dashed #b8b8c0}"
)


def frame_document(
    html: str, *, image_url_for_cid: Callable[[str], str | None], show_remote: Callable[[str], str | None] | None = None
) -> str:
    """A whole HTML document for sanitised `html`.

    `image_url_for_cid` gives the address of the inline image with that Content-ID, None if there is none. `show_remote` gives the address
    (of our own proxy) under which a picture from elsewhere may be shown; without it, or when it gives None, such a picture is not loaded.
    """

    def with_source(image: re.Match[str]) -> str:
        tag = image[0]
        cid = _CID.search(tag)
        if cid:
            return _with_src(tag, image_url_for_cid(html_entities.unescape(cid[1])))
        remote = _REMOTE.search(tag)
        if remote and show_remote:
            return _with_src(tag, show_remote(html_entities.unescape(remote[1])))
        return tag

    body = _IMAGE.sub(with_source, html)
    return (
        f'<!doctype html>\n<html><head><meta charset="utf-8"><meta name="referrer" content="no-referrer"><style>{_STYLE}</style>'
        f'<base target="_blank"></head>\n<body>{body}</body></html>\n'
    )


def _with_src(tag: str, url: str | None) -> str:
    return tag if not url else f'<img src="{html_entities.escape(url)}"{tag.removeprefix("<img")}'


def has_remote_images(html: str) -> bool:
    """Does sanitised `html` have pictures that are shown only when asked for?"""
    return ' data-remote-src="' in html
