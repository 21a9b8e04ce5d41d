"""What must be true of the module, each kind of claim in a file of its own."""
