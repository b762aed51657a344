"""Documents that come with a referral: what may be attached, how it is looked at, scanned, kept and shown.

Like mail and addresses it knows nothing of events, accounts or pages: it is handed bytes, says what they are, and keeps
them sealed, each document with a key of its own.
"""
