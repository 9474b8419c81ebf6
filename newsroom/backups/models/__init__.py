"""What the database knows of backups."""

from .erasure import Erasure
from .putback import PutBack

__all__ = ["Erasure", "PutBack"]
