"""The database as a machine: an embedded PostgreSQL for the demo and the tests, migrations, and the application's role.

What is kept in the database is no business of this folder; it knows nothing of the portal but its settings, and only
the command line, the demonstration, the web server and the tests use it.
"""
