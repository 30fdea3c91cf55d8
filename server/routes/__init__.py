"""Level S: HTTP. Each route declares who may call it and hands over to a service."""
