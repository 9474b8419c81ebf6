"""Pages as ready bytes, for as long as nothing that they show has changed."""
