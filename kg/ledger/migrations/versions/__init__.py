"""One module for each step; a step that went out is never edited."""
