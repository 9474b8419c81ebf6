"""The certificate of the site's own address, as visitors get it."""

import datetime as dt
import socket
import ssl
import time
from urllib.parse import urlsplit

import certifi
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .conditions import Condition, Weight

NAME = "certificate"
WARN, URGE = 21, 7  # days before it ends
PATIENCE = 5  # seconds


def certificate() -> Condition:
    """Return whether browsers take the site's certificate, and for how long; well where it can't be looked at."""
    site = urlsplit(settings.SITE_URL)
    if site.scheme != "https":
        return Condition(NAME, note=_("none: the site has no https"))
    try:
        end = _end_of(str(site.hostname), site.port or 443)
    except ssl.SSLCertVerificationError as error:
        return Condition(
            NAME,
            _("Browsers refuse it: %(reason)s.") % {"reason": error.verify_message.rstrip(".")},
            _("Have it renewed (certbot, or the proxy itself), and see that the proxy loads the new one."),
        )
    except socket.gaierror:
        return Condition(
            NAME, note=_("not looked at: the name of the site can’t be resolved on this machine")
        )
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return Condition(
            NAME, note=_("not looked at: no connection from this machine (%(reason)s)") % {"reason": reason}
        )
    return of(end)


def of(end: float) -> Condition:
    """Return the condition for a certificate that ends then, in seconds since 1970."""
    day = date_format(dt.datetime.fromtimestamp(end, dt.UTC), "DATE_FORMAT")
    days = (end - time.time()) / 86_400
    if days > WARN:
        return Condition(NAME, note=_("until %(day)s") % {"day": day})
    return Condition(
        NAME,
        _("It ends on %(day)s, and was not renewed.") % {"day": day},
        _("See why it is not renewed by itself: `systemctl status certbot.timer`, or the log of the proxy."),
        Weight.FAILING if days <= URGE else Weight.UNREADY,
    )


def _end_of(host: str, port: int) -> float:
    """Return when the certificate ends, in seconds since 1970; raises OSError, of which SSLError is one."""
    context = ssl.create_default_context()
    context.load_verify_locations(
        certifi.where()
    )  # where the machine brings no authorities, as in small containers
    with (
        socket.create_connection((host, port), PATIENCE) as connection,
        context.wrap_socket(connection, server_hostname=host) as secured,
    ):
        found = secured.getpeercert() or {}
    return float(ssl.cert_time_to_seconds(str(found["notAfter"])))
