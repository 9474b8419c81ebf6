"""Exit addresses by language, as editors write them: a line each, the code of the language and the address."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from newsroom.othersites.addresses import validate_web_address


def read(text: str) -> dict[str, str]:
    """Return {code: address} of the lines that hold both."""
    lines = [line.split() for line in text.splitlines()]
    return {parts[0].lower(): parts[1] for parts in lines if len(parts) == 2}


def validate_exits(text: str) -> None:
    """Raise ValidationError with a sentence for each line that is no code and address."""
    problems: list[ValidationError] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        code, _space, address = line.partition(" ")
        try:
            if code.lower() not in dict(settings.LANGUAGES):
                raise ValidationError(
                    _("“%(line)s”: begin with the code of a language, such as th, then the address.")
                    % {"line": line[:80]}
                )
            validate_web_address(address.strip())
        except ValidationError as error:
            problems += error.error_list
    if problems:
        raise ValidationError(problems)
