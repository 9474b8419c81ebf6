"""ODT: text and looks."""
