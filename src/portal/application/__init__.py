"""What people can do, and who may: one file a job. Pages, API and command line all come through here."""
