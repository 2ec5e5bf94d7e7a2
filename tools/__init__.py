"""What is never needed at run time."""
