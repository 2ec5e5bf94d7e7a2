"""A workspace → what people and programs see of it: the desk, the pages of the office, and HTTP."""
