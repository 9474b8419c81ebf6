"""The web process: an event loop receives requests, and a few threads answer them."""
