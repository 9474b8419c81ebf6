"""What of a PDF a reader sees: its text as pages show it, and what they hold without showing it."""
