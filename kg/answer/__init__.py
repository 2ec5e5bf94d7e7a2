"""A question → what it asks for → rows and passages → an answer, or a refusal with its reason."""
