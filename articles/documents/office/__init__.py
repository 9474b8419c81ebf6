"""What of office files is known: the elements, attributes and values that a clean one is built from."""
