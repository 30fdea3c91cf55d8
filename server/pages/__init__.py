"""The console: server-rendered pages for offices that install nothing (level S, beside the routes)."""
