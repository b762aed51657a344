"""The log: appending events, reading them back, and following them in one exact order. On asyncpg and PostgreSQL.

It is handed the catalogue of events and knows nothing of what they mean. Confidential streams are encrypted with a
key each; the keys are wrapped by one that PostgreSQL never sees.
"""
