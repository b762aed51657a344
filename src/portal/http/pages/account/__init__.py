"""The pages of one's own account: what the council knows of somebody, how they sign in, where they are signed in, and
closing it."""
