"""What the desk shows → pieces of HTML, made by `tags` and templates, which escape all text of users and documents."""
