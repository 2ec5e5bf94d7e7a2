"""How a store is upgraded from one version of this program to the next."""
