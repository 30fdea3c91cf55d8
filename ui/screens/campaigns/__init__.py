"""专项排查: the campaigns that reach into the worker's areas."""
