"""The JSON API, `/api/v1`: all that the pages can do, described for strangers in `/api/openapi.json`."""
