"""The folder being worked on: files, matching, the ledger, search, processes."""
