"""The order of the stages, the commands, and the only place where objects are built."""
