"""Bounces and complaints, from mail that came back and from the webhooks of providers."""

from .handling import Fate, take, take_event

__all__ = ["Fate", "take", "take_event"]
