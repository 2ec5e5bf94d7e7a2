"""`python -m kg.cli` → the command line, where `hetao` itself is not on the path."""

from kg.cli import main

main()
