"""Changes of what people in danger rely on, which every editor hears of."""
