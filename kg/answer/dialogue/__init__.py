"""How questions lean on one another: what is taken over from the one before, and several questions in one."""
