"""Pages on which an office keeps the ledger up: sign-in, a task with its report, the summary."""
