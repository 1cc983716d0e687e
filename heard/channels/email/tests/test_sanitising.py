# ruff: noqa: E501  (mail is shown as it is written)
"""Strangers' HTML neither runs nor loads nor leads into our pages."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard.channels.email.bodies import html_to_text
from heard.channels.email.frames import frame_document, has_remote_images
from heard.channels.email.sanitising import MAX_HTML_LENGTH, MAX_LINKS, sanitise


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' java\tscript:alert(1)'>x</a>",
        "<a href='data:text/html,<script>'>x</a>",
        "<svg><script>alert(1)</script></svg>",
        "<math><mtext><img src onerror=alert(1)>",
        "<style>@import url(http://evil.example)</style>",
        "<p style='background:url(http://evil.example)'>x</p>",
        "<p style='background-color:red;width:expression(alert(1))'>x</p>",
        "<table background='http://evil.example/x.png'><tr><td>x</table>",
        "<img srcset='http://evil.example 2x'>",
        "<link rel=stylesheet href=http://evil.example>",
        "<meta http-equiv=refresh content='0;url=http://evil.example'>",
        "<base href=http://evil.example>",
        "<form action=http://evil.example><input name=q><button>x</button></form>",
        "<iframe src=http://evil.example></iframe>",
        "<object data=http://evil.example></object>",
        "<video src=http://evil.example autoplay></video>",
        "<img data-remote-src='javascript:alert(1)'>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    ],
)
def test_nothing_runs_and_nothing_loads(html):
    clean = sanitise(html)
    lowered = re.sub(r">[^<]*", ">", clean).lower()
    assert not re.search(
        r"script|onerror|url\(|evil|expression|srcset|refresh|<(?:form|input|iframe|object|video|style|link|base|meta)", lowered
    )
    assert " src=" not in clean


def test_images_wait_until_somebody_shows_them():
    clean = sanitise(
        '<img src="cid:a&b@c" alt=x><img src="http://t.example/p?a=1&b=2"><img src="//t.example/q"><img src="/logout"><img src=x.png>'
    )
    assert clean == (
        '<img data-cid="a&amp;b@c" alt="x"><img data-remote-src="http://t.example/p?a=1&amp;b=2"><img data-remote-src="https://t.example/q"><img><img>'
    )
    assert has_remote_images(clean)


def test_small_pictures_inside_the_mail_may_stay():
    assert 'src="data:image/png;base64,AAAA"' in sanitise('<img src="data:image/png;base64,AAAA">')
    assert "svg" not in sanitise('<img src="data:image/svg+xml;base64,AAAA">')


def test_the_frame_shows_inline_images_and_remote_ones_only_when_asked():
    clean = sanitise('<img src="cid:a&b@c"><img src="cid:gone"><img src="http://t.example/p?a=1&b=2">')
    quiet = frame_document(clean, image_url_for_cid={"a&b@c": "/files/1?x=1&y=2"}.get)
    assert '<img src="/files/1?x=1&amp;y=2" data-cid="a&amp;b@c">' in quiet
    assert quiet.count(" src=") == 1
    loud = frame_document(clean, image_url_for_cid=lambda cid: None, show_remote=lambda url: "/proxy?" + url.upper())
    assert '<img src="/proxy?HTTP://T.EXAMPLE/P?A=1&amp;B=2"' in loud
    assert loud.count(" src=") == 1


def test_links_open_elsewhere_and_carry_nothing():
    assert sanitise('<a href="https://example.org" target=_self rel=opener>x</a>') == (
        '<a target="_blank" rel="noopener noreferrer" href="https://example.org">x</a>'
    )
    assert "href" not in sanitise('<a href="/settings/delete">x</a>')


def test_the_look_of_ordinary_mail_is_kept():
    html = '<table width="600" cellpadding="0" bgcolor="#ffffff"><tbody><tr><td style="color:#333;padding:4px" align="center"><b>Hi</b></td></tr></tbody></table>'
    assert sanitise(html) == html


def test_too_many_links_become_text():
    clean = sanitise('<a href="http://x.example">y</a>' * (MAX_LINKS + 1))
    assert "<a" not in clean
    assert clean == "y" * (MAX_LINKS + 1)


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200_000,
        "&" * 900_000,
        "<p " + " ".join(f"a{number}=1" for number in range(100_000)) + ">",
        '<a "' * 240_000,
        "<a href=x><table>" * 49_000,
        "<" * 900_000,
        "<b><p>" * 45_000,
    ],
)
def test_hostile_sources_come_out_small(html):
    """Untamed, some of these take the sanitiser the better part of a minute."""
    assert len(sanitise(html)) < 6 * MAX_HTML_LENGTH


def test_large_embedded_pictures_go_before_words_do():
    html = '<img src="data:image/png;base64,' + "A" * 2_000_000 + '"><p>the end</p>'
    assert "the end" in sanitise(html)


def test_html_becomes_text_that_reads_like_the_mail():
    html = (
        "<div style='display:none'>preheader</div><p>Hi&nbsp;<b>Bob</b>,</p><p>one<br>two</p><ul><li>a<li>b</ul>"
        "<div>On Monday, Bob wrote:</div><blockquote><p>q</p><blockquote>r</blockquote></blockquote><table><tr><td>x<td>y</table>"
    )
    text = html_to_text(sanitise(html))
    assert text == "Hi Bob,\n\none\ntwo\n\n- a\n- b\n\nOn Monday, Bob wrote:\n\n> q\n>\n> > r\n\nx\ty"


pieces = st.sampled_from(
    ["<div>", "</div>", "<img src='cid:x'>", "<img src=http://a.example>", '<a href="http://b.example">', "</a>", "&lt;", "<p style='color:red'>", '"', "<", ">",
     "&", "<blockquote>", "<pre>", "<table><td>", "<!--", "-->", "<svg>", "<style>", "</style>", "<a b='", "'", "\x00", "data-remote-src=", " src="]
)  # fmt: skip


@given(st.lists(pieces | st.text(max_size=10), max_size=30).map("".join))
def test_once_is_enough(html):
    clean = sanitise(html)
    assert sanitise(clean) == clean
    assert not re.search(r"<[^>]* src=\"(?!data:image/)", clean)
    html_to_text(clean)
    document = frame_document(clean, image_url_for_cid=lambda cid: None)
    assert not re.search(r"<[^>]* src=", document)
