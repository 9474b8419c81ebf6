"""Working copies: changes that wait in a version until somebody, or their time, makes them public."""
