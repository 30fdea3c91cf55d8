"""Keys of the program, read from the table that binds them."""
