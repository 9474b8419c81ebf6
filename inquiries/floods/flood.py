"""Limits floods: networks that send too much have to wait, and of too much spam only floods are deleted early."""

import ipaddress
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count
from django.http import HttpRequest

from inquiries.floods import abuse
from inquiries.models import Inquiry, Safe
from newsroom.guard import proxies, throttle

NOW = throttle.Limit("inquiries-door", 40, abuse.TEN_MINUTES)  # messages of a network
TODAY = throttle.Limit("inquiries-door-day", 400, throttle.DAY)
# The first messages of a network each day are admitted even where others have used up EVERYONE_TODAY.
FIRST_ONES = throttle.Limit("inquiries-door-first", 3, throttle.DAY)
EVERYONE_TODAY = throttle.Limit("inquiries-door-everyone", 2_000, throttle.DAY)  # beyond the first ones
NETWORKS_TODAY = throttle.Limit("inquiries-door-networks", 60, throttle.DAY)  # new ones of a provider
SEEN_TODAY = throttle.Limit("inquiries-door-seen", 1, throttle.DAY)
# The first replies in a thread each day are admitted whatever else its sender's network sends.
REPLIES_TODAY = throttle.Limit("inquiries-door-replies", 3, throttle.DAY)
OWN = throttle.Limit("inquiries-door-own", 1, throttle.DAY)  # of an address whose network is over its limit
OWN_OF_A_NETWORK = throttle.Limit("inquiries-door-own-network", 100, throttle.DAY)
IPV6_HOME = 64  # bits: the network of a household
IPV6_PROVIDER = 32  # bits: a provider can split it into 65,536 networks
MOST_SPAM = 5_000  # rows with a network, which are at most a week old
SPAM_AT_ONCE = 100  # rows that are deleted together, so that not every post of a flood deletes some


class Flooded(Exception):
    """A message has to wait, because too many come from its network or from everywhere."""


@dataclass(frozen=True)
class Sender:
    """The network and address that a message is counted for; only an alias of the network is stored, with spam."""

    network: str  # an IPv4 /24 or IPv6 /48; an IPv6 /32 for new ones of a provider that has very many today
    address: str  # counted only while the network is closed: an IPv4 address or IPv6 /64


def sender_of(request: HttpRequest) -> Sender:
    """Return the network and address that a message of this request is counted for."""
    network = throttle.network(request)
    provider = _around(network, IPV6_PROVIDER)
    is_new = provider and not abuse.is_spent(SEEN_TODAY, network)
    if is_new and abuse.is_spent(NETWORKS_TODAY, provider):
        network = provider
    address = proxies.client_address(request)
    return Sender(network, _around(address, IPV6_HOME) or address)


def is_closed(sender: Sender) -> bool:
    """Return whether a message would have to wait; this counts nothing."""
    if abuse.is_spent(NOW, sender.network) or abuse.is_spent(TODAY, sender.network):
        return abuse.is_spent(OWN, sender.address) or abuse.is_spent(OWN_OF_A_NETWORK, sender.network)
    return abuse.is_spent(FIRST_ONES, sender.network) and abuse.is_spent(EVERYONE_TODAY, "all")


def is_closed_today(sender: Sender) -> bool:
    """Return whether a message that has to wait is refused by a limit of a day, not by that of ten minutes."""
    return abuse.is_spent(TODAY, sender.network) or not abuse.is_spent(NOW, sender.network)


def admit(sender: Sender) -> str:
    """Count a message that is to be stored, and return the alias of its network.

    Raises Flooded where the message has to wait. From a network over its limit one message a day is still admitted of
    each address that did not use it up. Such a message belongs to no flood, so '' is returned instead of the alias.
    """
    network = sender.network
    provider = _around(network, IPV6_PROVIDER)
    if provider and provider != network and abuse.within(SEEN_TODAY, network):
        abuse.within(NETWORKS_TODAY, provider)
    if not abuse.within(NOW, network) or not abuse.within(TODAY, network):
        if not abuse.within(OWN, sender.address) or not abuse.within(OWN_OF_A_NETWORK, network):
            raise Flooded
        return ""
    if abuse.is_spent(NOW, network) or abuse.is_spent(TODAY, network):
        abuse.within(OWN, sender.address)  # who used up the limit gets no share of what is left for others
    if not abuse.within(FIRST_ONES, network) and not abuse.within(EVERYONE_TODAY, "all"):
        raise Flooded
    return abuse.alias(network)


def admit_reply(inquiry: Inquiry, sender: Sender) -> None:
    """Count a reply; the first ones of a thread each day are independent of what others of the network send.

    Raises Flooded where it has to wait.
    """
    if inquiry.is_set_aside or not abuse.within(REPLIES_TODAY, str(inquiry.pk)):
        admit(sender)


def keep_within_quota(received: Inquiry) -> None:
    """Delete the newest messages of the largest flood where there is more spam than MOST_SPAM.

    Call it inside a transaction. Raises Flooded where the inquiry just received belongs to that flood: its sender is
    told to wait instead of getting a receipt that opens nothing. The first messages of each network stay.
    """
    spam = Inquiry.objects.spam().exclude(network_group="")
    if spam.count() <= MOST_SPAM:
        return
    sizes = spam.order_by().values_list("network_group").annotate(size=Count("pk"))
    largest = sizes.filter(size__gt=abuse.FROM_A_NETWORK.times).order_by("-size", "network_group").first()
    if largest is None:
        return
    group, size = largest
    if group == received.network_group:
        raise Flooded
    newest = spam.filter(network_group=group).order_by("-received_at", "-pk")
    skip_locked = connection.features.has_select_for_update_skip_locked
    locked = newest.select_for_update(skip_locked=skip_locked).values_list("pk", flat=True)
    beyond = list(locked[: min(SPAM_AT_ONCE, size - abuse.FROM_A_NETWORK.times)])
    Inquiry.objects.filter(pk__in=beyond).delete()
    Safe.note_leftovers()


def _around(text: str, prefix: int) -> str:
    """Return the IPv6 network of that prefix length around an address or network; '' for IPv4."""
    try:
        found = ipaddress.ip_network(text.partition("%")[0], strict=False)
    except ValueError:  # it is unknown
        return ""
    is_plain_6 = found.version == 6 and found.network_address.ipv4_mapped is None
    return str(found.supernet(new_prefix=prefix)) if is_plain_6 else ""
