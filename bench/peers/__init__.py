"""The stacks that are measured: the product, and its peers in an environment of their own (`.venv-bench`)."""
