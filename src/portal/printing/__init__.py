"""Turning a copy of a referral into a document that people can keep: a tagged PDF. Nothing here knows a rule of the
portal; it is handed what to say, and says it in print."""
