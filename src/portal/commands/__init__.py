"""What the command line can do besides running the portal: one file a group of commands, put together by cli.py."""
