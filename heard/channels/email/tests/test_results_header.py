"""`ResultsHeader` is the library's reader, only faster: both say the same of everything."""

import authres
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heard.channels.email.results_header import ResultsHeader

PIECES = (
    *(
        "mx.example.org",
        " 1",
        ";",
        " ",
        "\t",
        "\r\n ",
        "\n",
        "none",
        "dkim",
        "spf",
        "dmarc",
        "arc",
        "=",
        "pass",
        "fail",
        "/",
        "2",
        "reason",
    ),
    *(
        "(a comment)",
        "(nested (one) \\) )",
        "(",
        ")",
        '"quoted; text"',
        '"',
        "header",
        "smtp",
        "policy",
        "x",
        ".",
        "d",
        "from",
        "i",
        "mailfrom",
    ),
    *("ada@example.org", "@example.org", "example.org", "é", "\\", "NONE", "header.d=example.org", "smtp.mailfrom=ada@example.org"),
)
HEADERS = (
    "mx.example.org; dkim=pass header.d=example.org; spf=pass smtp.mailfrom=ada@example.org; dmarc=pass header.from=example.org",
    'mx.example.org (ours) 1; dkim=pass (2048-bit key) header.d=example.org header.i=@example.org reason="good signature"',
    'mx.example.org;\r\n\tdkim=neutral (body hash did not verify (a)) header.b=abc;\n spf=softfail x.y=z smtp.mailfrom="a b"@example.org',
    "mx.example.org; none",
    "mx.example.org;none;",
    "mx.example.org; dkim=pass header.d=example.org; none",
    "; dkim=pass",
    "mx.example.org 7; dkim=pass",
    "",
)


def _said(read, text):
    try:
        header = read(text)
    except Exception as problem:
        return type(problem).__name__
    return header.authserv_id, header.version, [_result_said(result) for result in header.results]


def _result_said(result):
    if isinstance(result, authres.core.NoneAuthenticationResult):  # "none" behind others has neither method nor result
        return "none"
    return result.method, result.result, [(one.type, one.name, one.value) for one in result.properties]


def _both(text):
    return _said(ResultsHeader.of, text), _said(authres.AuthenticationResultsHeader.parse_value, text)


@pytest.mark.parametrize("text", HEADERS)
def test_headers_are_read_as_by_the_library(text):
    ours, theirs = _both(text)
    assert ours == theirs


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=40), st.sampled_from(HEADERS))
def test_anything_is_read_as_by_the_library(text, header):
    for value in (text, f"{header}; {text}", header[: len(text)] + text + header[len(text) :]):
        ours, theirs = _both(value)
        assert ours == theirs
