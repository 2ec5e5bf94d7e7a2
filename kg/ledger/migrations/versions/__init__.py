"""One module for each step; what a released step does to a store never changes."""
