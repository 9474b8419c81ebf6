"""The errors of a refused form of the admin, each with a link to its field."""

from dataclasses import dataclass
from typing import Any

from django import forms, template

from newsroom.editing.lostupdates import TOLD_ABOVE

register = template.Library()


@dataclass(frozen=True)
class Told:
    """What is wrong, where that is said in words, and the id of the box."""

    where: str
    text: str
    box: str


@register.inclusion_tag("admin/_errors.html")
def error_summary(adminform: Any, inline_admin_formsets: Any) -> dict[str, list[Told]]:
    """Show every error of a form and of the rows below it."""
    told = _of_form(adminform.form)
    for inline in inline_admin_formsets or []:
        formset = inline.formset
        told += [Told(str(inline.opts.verbose_name_plural), text, "") for text in formset.non_form_errors()]
        for number, form in enumerate(formset.forms, 1):
            told += _of_form(form, f"{inline.opts.verbose_name} {number}: ")
    return {"told": told}


def _of_form(form: forms.BaseForm, before: str = "") -> list[Told]:
    found = []
    for name, errors in form.errors.items():
        label, box = "", ""
        if name in form.fields:
            bound = form[name]
            label, box = str(bound.label), _box(bound)
        where = f"{before}{label}".removesuffix(": ")
        with_codes = zip(errors, errors.as_data(), strict=True)
        found += [Told(where, str(text), box) for text, error in with_codes if error.code != TOLD_ABOVE]
    return found


def _box(bound: forms.BoundField) -> str:
    """Return the id of the first box of a field that can be led to."""
    if bound.is_hidden:
        return ""
    return f"{bound.auto_id}_0" if isinstance(bound.field.widget, forms.MultiWidget) else bound.auto_id
