"""Level S: use cases of the server, between routes and store."""
