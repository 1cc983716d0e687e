import re

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import mark_safe

from heard.ui.forms import Renderer
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


WIDGETS = [
    forms.TextInput, forms.HiddenInput, forms.EmailInput, forms.NumberInput, forms.PasswordInput, forms.DateInput, forms.DateTimeInput,
    forms.TimeInput, forms.URLInput, forms.CheckboxInput, forms.Textarea, forms.Select,
]  # fmt: skip
VALUES = [None, "", 0, 12, True, False, '"><script>', "Zoë & Ada", mark_safe("&amp;"), "two\nlines"]
ATTRS = [{}, {"id": "id_a", "required": True, "disabled": False, "data-words": '<b>"', "maxlength": 40, "class": "input"}]


@pytest.mark.parametrize("widget", WIDGETS)
def test_simple_widgets_say_what_djangos_templates_say(widget):
    for value in VALUES:
        for attrs in ATTRS:
            ours = widget().render("na<me", value, attrs, Renderer())
            assert ours.strip() == widget().render("na<me", value, attrs, TemplatesSetting()).strip()


def test_a_list_to_choose_from_says_what_djangos_template_says():
    choices = [("", "<none>"), ("a", "Ada & Bob"), ("group <1>", [(1, "One"), (2, mark_safe("<b>Two</b>"))]), (None, "Nobody")]
    for value in ["", "a", 2, "elsewhere", None]:
        ours, djangos = (forms.Select(choices=choices).render("a", value, {"id": "x"}, one()) for one in (Renderer, TemplatesSetting))
        assert ours.split() == djangos.split()


def test_hostile_words_in_a_field_stay_words():
    class Hostile(forms.Form):
        box = forms.CharField(label='<i>"label"', help_text="<b>ours</b>")
        tick = forms.BooleanField(label="<i>tick", required=False)

    form = Hostile({"box": ""})
    form.add_error("box", '<script>"')
    html = str(form["box"].as_field_group() + form["tick"].as_field_group())
    assert "<script>" not in html and "<i>" not in html
    assert "&lt;script&gt;" in html and "&lt;i&gt;tick" in html and "<b>ours</b>" in html
