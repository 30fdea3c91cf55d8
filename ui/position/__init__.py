"""Where the worker is: asked for once, never followed."""
