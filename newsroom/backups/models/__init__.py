"""What the database knows of backups."""

from .erasure import Erasure
from .putback import PutBack
from .run import BackupRun

__all__ = ["BackupRun", "Erasure", "PutBack"]
