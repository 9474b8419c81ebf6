"""The web process: takes requests in, and lets a few threads answer them."""
