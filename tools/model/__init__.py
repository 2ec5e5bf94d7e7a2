"""Making and learning the models."""
