"""What a person typed, what it finds, and the page that shows it."""
