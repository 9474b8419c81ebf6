"""What was deleted and can be put back for a while: the rows are gone, a snapshot of them waits here."""
