"""Floods: who has to wait, and what is set aside as abuse. Nothing that a person wrote is refused for good."""
