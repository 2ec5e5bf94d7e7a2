"""Records → the data for a page, without HTTP or HTML."""
