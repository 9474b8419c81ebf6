"""What a page shows of a hotline, as plain values."""

import datetime
from dataclasses import dataclass

from articles.places.hours import WeeklyHours
from articles.places.models.hotline import Call, Hotline


@dataclass(frozen=True, slots=True)
class ShownHotline:
    """A hotline without what only editors see."""

    name: str
    operator: str
    calls: tuple[Call, ...]
    text_number: str
    text_link: str
    url: str
    weekly_hours: WeeklyHours | None
    time_zone: str
    time_zone_place: str
    languages: str
    cost: str
    run_by_police: str
    confidential: str
    without_papers: str
    note: str
    verified_on: datetime.date | None
    is_check_old: bool


def shown(hotline: Hotline) -> ShownHotline:
    """Return what pages show of a hotline today."""
    return ShownHotline(
        name=hotline.name,
        operator=hotline.operator,
        calls=tuple(hotline.calls),
        text_number=hotline.text_number,
        text_link=hotline.text_link,
        url=hotline.url,
        weekly_hours=hotline.weekly_hours,
        time_zone=hotline.time_zone,
        time_zone_place=hotline.time_zone_place,
        languages=hotline.languages,
        cost=hotline.cost,
        run_by_police=hotline.run_by_police,
        confidential=hotline.confidential,
        without_papers=hotline.without_papers,
        note=hotline.note,
        verified_on=hotline.verified_on,
        is_check_old=hotline.is_check_old,
    )
