"""Links to other sites: where on our pages they are, whether they still work, and archived copies of dead ones."""
