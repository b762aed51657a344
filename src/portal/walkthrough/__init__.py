"""A whole referral played over HTTP by made-up people, to show that a portal works; a client that knows no inside."""
