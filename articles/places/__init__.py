"""Countries and their dossiers, and where people find help."""
