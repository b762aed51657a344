"""Pages for people, made on the server. So far: the demonstration's mailbox."""
