"""Proof that somebody has typed the right password a moment ago, which the form of the second step holds."""

from django.contrib.auth.models import User
from django.core import signing
from django.utils.crypto import constant_time_compare

SALT = "newsroom.signin.proofs"
GOOD_FOR = 30 * 60  # seconds
BACKEND = "django.contrib.auth.backends.ModelBackend"


def proof_for(user: User) -> str:
    """Return the proof for an account; a new password, and signing in, end it."""
    return signing.dumps([user.pk, _state(user)], salt=SALT)


def account_of(proof: str) -> User | None:
    """Return the account of a proof that is still good, else None."""
    try:
        pk, state = signing.loads(proof, salt=SALT, max_age=GOOD_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    if user is None or not constant_time_compare(state, _state(user)):
        return None
    user.backend = BACKEND  # as authenticate() sets it
    return user


def _state(user: User) -> str:
    return f"{user.get_session_auth_hash()[:20]} {user.last_login}"
