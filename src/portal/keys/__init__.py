"""Keys outside the database: where they come from, the copy that two people hold, and the record of those destroyed."""
