"""Work to do later, once: letters to send, drafts to end. A table in PostgreSQL, leases and deadlines, no more."""
