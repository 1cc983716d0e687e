"""Our field markup for every Django form: `{{ form }}`, `{{ form.email.as_field_group }}` and `{{ form.email }}`."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

BARE = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)


class Field(BoundField):
    """A field that knows how it looks: what one types into carries the class `input`."""

    @property
    def is_check(self) -> bool:
        """A single box whose words stand after it."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    def build_widget_attrs(self, attrs: Any, widget: Any = None) -> Any:
        attrs = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        if not widget.is_hidden and not isinstance(widget, BARE):
            given = attrs.get("class") or widget.attrs.get("class", "")
            attrs["class"] = " ".join(dict.fromkeys(["input", *given.split()]))
        return attrs


class Renderer(TemplatesSetting):
    """`FORM_RENDERER`. Needs `django.forms` among the installed apps, after `heard.ui`."""

    form_template_name = "ui/form.html"
    formset_template_name = "ui/formset.html"
    field_template_name = "ui/_field.html"
    bound_field_class = Field
