"""Where backups lie, and which of them are this site's own."""
