"""One module a suite; its first line says what it measures."""
