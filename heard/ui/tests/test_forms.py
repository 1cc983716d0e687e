import re

from heard.ui.tests.pages import OneField


def fields(html: str) -> list[str]:
    return re.split(r'(?=<(?:div|fieldset) class="field")', html)


def test_a_field_has_its_label_above_and_its_hint_and_error_are_read_with_it():
    html = str(OneField({"email": "nobody", "kind": "a"}))
    assert '<label class="field__label" for="id_email">E-mail</label>' in html
    assert 'aria-describedby="id_email_helptext id_email_error"' in html
    assert 'aria-invalid="true"' in html
    assert re.search(r'id="id_email_error"><span class="field__error"><svg.*?</svg>Enter a valid email', html)
    assert '<span class="field__hint" id="id_email_helptext">Where we answer.</span>' in html


def test_what_one_types_into_is_an_input_and_what_one_ticks_is_not():
    html = str(OneField())
    assert re.search(r'<input type="email"[^>]*class="input"', html)
    assert 'class="input"' not in html.split('type="radio"')[1].split(">")[0]
    assert re.search(r'<label class="check"><input type="checkbox"[^>]*><span>Show it</span></label>', html)


def test_a_choice_among_few_is_a_named_group():
    html = str(OneField())
    assert re.search(r'<fieldset class="field"><legend class="field__label">Kind', html)
    assert html.count('class="check"') == 3


def test_hidden_fields_stand_outside_the_visible_ones():
    html = str(OneField())
    assert re.search(r'</div>\s*<input type="hidden" name="hidden"', html)


def test_an_error_of_the_whole_form_is_said_first():
    form = OneField({"email": "ada@example.org", "kind": "a"})
    form.add_error(None, "These two do not go together.")
    assert re.match(r'<div class="notice notice--late" role="alert">', str(form).strip())
