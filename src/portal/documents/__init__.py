"""Documents that come with a referral: what may be attached, how it is looked at, scanned and shown.

Like mail and addresses it knows nothing of events, accounts or pages: it is handed bytes and says what they are.
"""
