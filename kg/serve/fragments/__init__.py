"""What the desk shows → pieces of HTML, made by `tags` alone, which escapes all text of users and documents."""
