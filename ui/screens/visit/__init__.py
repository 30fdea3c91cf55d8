"""Reading a visit with its versions."""
