"""Changes to what people in danger rely on: every editor is told of them by mail."""
