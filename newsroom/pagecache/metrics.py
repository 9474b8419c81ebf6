"""/metrics: what the page cache does, in the text format of Prometheus, for the networks that METRICS_NETWORKS names."""

import ipaddress

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from newsroom.guard.proxies import client_address

from .figures import here

# Name, whether it only grows, and what it is.
METRICS = [
    ("answers", True, "Answers of the page cache."),
    ("answers_of_former_version", True, "Those given while the next version of the page was being made."),
    ("made", True, "Pages that were made for it: misses."),
    ("passed", True, "Requests that were answered without it."),
    ("entries", False, "Pages that are kept."),
    ("bytes", False, "Bytes that they take."),
    ("oldest_seconds", False, "Age of the oldest of them."),
    ("seconds_without_database", False, "How long the database has not answered."),
]


def _may_ask(request: HttpRequest) -> bool:
    try:
        address = ipaddress.ip_address(client_address(request).partition("%")[0])
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in ipaddress.ip_network(one, strict=False) for one in settings.METRICS_NETWORKS)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with the figures of one web process, whose number is their label; 404 to everybody else."""
    if not _may_ask(request):
        raise Http404
    told = here.told()
    lines = []
    for name, grows, what in METRICS:
        full = f"newsroom_page_cache_{name}{'_total' if grows else ''}"
        lines += [f"# HELP {full} {what}", f"# TYPE {full} {'counter' if grows else 'gauge'}"]
        lines.append(f'{full}{{process="{told["process"]}"}} {told[name]}')
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")
