"""What a referral, an account and a login challenge are, and what may happen to them.

Pure: no database, no clock, no network. Aggregates decide, events say what happened and carry their own `apply`, and
`catalogue.py` lists every event that can ever be read back.
"""
