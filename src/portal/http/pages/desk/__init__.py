"""The pages of the desk: what has arrived, reading it, answering it, the numbers, and the short forms."""
