"""The county server: routes, services, jobs and the store of record."""
