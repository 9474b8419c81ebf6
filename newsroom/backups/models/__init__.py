"""What the database knows of backups."""

from .erasure import Erasure
from .owner import Owner
from .putback import PutBack
from .run import BackupRun

__all__ = ["BackupRun", "Erasure", "Owner", "PutBack"]
