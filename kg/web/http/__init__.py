"""A desk → its HTTP application: routes and middleware."""
