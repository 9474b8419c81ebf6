"""What is well with the site and what is not: one list for doctor, the first page of the admin, health and the log."""
