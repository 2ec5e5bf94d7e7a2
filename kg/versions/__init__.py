"""Versions of one document → what differs between them, and the text in force on a day."""
