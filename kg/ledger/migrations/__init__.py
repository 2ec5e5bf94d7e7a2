"""How a store comes from one version of this program to the next."""
