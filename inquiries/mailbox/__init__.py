"""The mailbox of an inquiry: its receipt, its pages, and the ticket that keeps it open for ten minutes."""
