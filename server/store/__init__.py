"""Level S: the server's store of record. The only place that knows SQL on the server."""
