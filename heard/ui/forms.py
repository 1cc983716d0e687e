"""Our field markup for every Django form: `{{ form }}`, `{{ form.email.as_field_group }}` and `{{ form.email }}`.

Fields and simple widgets are written by functions: a page has a dozen, and by Django's templates each costs more than a query.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from heard.ui import icons

BARE = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)
INPUTS = ("text", "hidden", "email", "number", "password", "date", "datetime", "time", "url", "tel", "search", "checkbox", "color")


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

    def as_field_group(self) -> SafeString:
        """The field with its label, its mistakes and its hint."""
        if self.is_check:
            inside = f'<label class="check">{self}<span>{conditional_escape(self.label)}</span></label>'
        elif self.use_fieldset:
            inside = f'<legend class="field__label">{self._words()}</legend>{self}'
        else:
            inside = f"{self._label()}{self}"
        inside += f"{self._mistakes()}{self._hint()}"
        if self.use_fieldset and not self.is_check:
            described = f' aria-describedby="{escape(self.aria_describedby)}"' if self.aria_describedby else ""
            return mark_safe(f'<fieldset class="field"{described}>{inside}</fieldset>')  # noqa: S308 (each piece is escaped)
        return mark_safe(f'<div class="field">{inside}</div>')  # noqa: S308 (each piece is escaped)

    def _words(self) -> str:
        optional = "" if self.field.required else f' <span class="field__optional">{_("optional")}</span>'
        return f"{conditional_escape(self.label)}{optional}"

    def _label(self) -> str:
        if not self.label:
            return ""
        belongs = f' for="{escape(self.id_for_label)}"' if self.id_for_label else ""
        return f'<label class="field__label"{belongs}>{self._words()}</label>'

    def _mistakes(self) -> str:
        said: Any = self.errors  # the stubs know too little of what it iterates over
        if not said:
            return ""
        errors = "".join(
            f'<span class="field__error">{icons.svg("circle-alert", "icon")}{conditional_escape(error)}</span>' for error in said
        )
        return f'<div id="{escape(self.auto_id)}_error">{errors}</div>'

    def _hint(self) -> str:
        return f'<span class="field__hint" id="{escape(self.auto_id)}_helptext">{self.help_text}</span>' if self.help_text else ""


class Renderer(TemplatesSetting):
    """`FORM_RENDERER`. Needs `django.forms` among the installed apps, after `heard.ui`."""

    form_template_name = "ui/form.html"
    formset_template_name = "ui/formset.html"
    bound_field_class = Field

    def render(self, template_name: str, context: Any, request: HttpRequest | None = None) -> str:
        """What Django's template of that name says; boxes to type into without the template."""
        if (write := _WRITTEN.get(template_name)) is not None:
            return write(context["widget"])
        return super().render(template_name, context, request)


def _input(widget: Mapping[str, Any]) -> SafeString:
    value = f' value="{conditional_escape(widget["value"])}"' if widget["value"] is not None else ""
    name = conditional_escape(widget["name"])
    return mark_safe(f'<input type="{widget["type"]}" name="{name}"{value}{_attributes(widget["attrs"])}>')  # noqa: S308 (each piece is escaped)


def _textarea(widget: Mapping[str, Any]) -> SafeString:
    value = conditional_escape(widget["value"]) if widget["value"] else ""
    name = conditional_escape(widget["name"])
    return mark_safe(f'<textarea name="{name}"{_attributes(widget["attrs"])}>\n{value}</textarea>')  # noqa: S308 (each piece is escaped)


def _select(widget: Mapping[str, Any]) -> SafeString:
    inside = ""
    for group, options, _index in widget["optgroups"]:
        shown = "".join(
            f'\n  <option value="{conditional_escape(one["value"])}"{_attributes(one["attrs"])}>{conditional_escape(one["label"])}</option>'
            for one in options
        )
        inside += f'\n  <optgroup label="{conditional_escape(group)}">{shown}\n  </optgroup>' if group else shown
    name = conditional_escape(widget["name"])
    return mark_safe(f'<select name="{name}"{_attributes(widget["attrs"])}>{inside}\n</select>')  # noqa: S308 (each piece is escaped)


def _attributes(attrs: Mapping[str, Any]) -> str:
    return "".join(
        f" {conditional_escape(name)}" + ("" if value is True else f'="{conditional_escape(value)}"')
        for name, value in attrs.items()
        if value is not False
    )


_WRITTEN = {f"django/forms/widgets/{name}.html": _input for name in INPUTS} | {
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
}
