"""Links to other sites: where they stand, whether they still lead somewhere, and copies of dead ones."""
