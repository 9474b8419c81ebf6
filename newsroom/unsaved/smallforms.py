"""Forms of the admin that are no change form of a row, such as the page of an inquiry: kept and offered alike."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

from newsroom.guard.staffpages import signed_in

from . import presence, texts
from .admin import TAKE_UP, Offered, Unsaved, pages_of
from .endpoint import Sent, answer
from .places import Place

NUMBER = "once"  # the field with the number of a page


@dataclass(frozen=True)
class SmallForm:
    """A form at an address of its own; `unsaved/` and `unsaved/discard/` stand below it."""

    request: HttpRequest
    place: Place
    name: str  # as presence.seen() knows it
    address: str

    def keep(self, sent: Sent) -> HttpResponse:
        """Keep what the script has sent."""
        return answer(self.request, sent, self.place, self.name)

    def discard(self) -> HttpResponse:
        """Delete a text, and go back to the form."""
        self.place.drop(self.request.POST.getlist("page"))
        return HttpResponseRedirect(self.address)

    def saved(self) -> None:
        """Delete what was typed into a page, now that all of it was used."""
        self.place.drop(pages_of(self.request, NUMBER))

    def taken_up(self) -> QueryDict | None:
        """Return the data that the form is to show of what was typed before, where its address asks for it."""
        page = self.request.GET.get(TAKE_UP)
        text = texts.find(self.place.read(), page) if page else None
        setattr(self.request, TAKE_UP, text)
        return text.as_data() if text else None

    def offer(self) -> Unsaved:
        """Return what the page needs so that nothing is lost, and what was typed before."""
        shown = getattr(self.request, TAKE_UP, None)
        taken = [shown.page] if shown else pages_of(self.request, NUMBER)
        discard = f"{self.address}unsaved/discard/"
        return Unsaved(
            url=f"{self.address}unsaved/",
            taken=taken,
            texts=[
                Offered(one, f"{self.address}?{TAKE_UP}={one.page}", discard)
                for one in self.place.read()
                if one.page not in taken
            ],
            others=presence.seen(self.name, signed_in(self.request), presence.LOADED),
            shown=shown,
            is_refused=self.request.method == "POST",
            is_comparable=False,
        )
