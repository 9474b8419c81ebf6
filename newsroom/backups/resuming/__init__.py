"""How a site goes on after a backup was put back."""
