"""What is typed into the forms of the admin and not saved yet, and who has which form open."""
