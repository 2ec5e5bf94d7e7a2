"""A build → what people and programs see of it: the desk's fragments, and HTTP."""
