"""Pages on which an office maintains the ledger: sign-in, a task with its report, reviews, import, summary."""
