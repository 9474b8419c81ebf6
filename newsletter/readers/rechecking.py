"""Finds imported readers whom an import by today's rules would leave out.

What a list said about a person is deleted with the list, so a list that was kept elsewhere can be read again.
"""

from collections.abc import Iterator
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from newsletter.readers import addresses, csvrows, tables
from newsletter.readers.models.lists import Import
from newsletter.readers.models.subscriber import Subscriber, Suppression

STEP = 500  # readers


def imported_readers() -> Iterator[str]:
    """Yield a sentence for each imported reader whom an import by today's rules would leave out."""
    readers = Subscriber.objects.filter(came_by__isnull=False, state=Subscriber.State.CONFIRMED).order_by(
        "pk"
    )
    for reader in readers.iterator(STEP):
        try:
            key = addresses.key_of(addresses.cleaned(reader.address))
        except ValidationError as error:
            yield f"{reader}: its address would be refused: {' '.join(error.messages)}"
            continue
        if Suppression.objects.of(key).exists():
            yield f"{reader}: its address must get no mail, and has not been confirmed since"
    for source in Import.objects.filter(told="").defer("content").order_by("pk"):
        count = Subscriber.objects.confirmed().filter(came_by=source).count()
        if count:
            yield (
                f"list {source.pk} “{source.file_name}”: {count} readers came by it before lists of other programs were "
                "understood; give its file to `recheck --list` to see who had left"
            )


def readers_against(path: Path) -> Iterator[str]:
    """Yield a sentence for each confirmed reader who was imported, and whom this list says not to mail.

    Raises CommandError for a file that is no list or can't be read.
    """
    try:
        for line in tables.read(path.read_bytes()):
            reader = (
                Subscriber.objects.confirmed().filter(address_key=line.key, came_by__isnull=False).first()
            )
            if line.doubt and reader:
                yield f"line {line.number}: {reader} gets the newsletter. {line.doubt}"
    except csvrows.Unreadable as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"{path} can't be read: {error.strerror}.") from error
