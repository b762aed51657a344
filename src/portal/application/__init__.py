"""What people can do, and who may: one file a job. Pages and API come through here, and people at a command line."""
