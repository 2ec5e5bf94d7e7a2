"""The stacks that the product is measured beside, each run in the environment of their own (`.venv-bench`)."""
