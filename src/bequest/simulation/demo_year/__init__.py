"""The demo year: invented donors of the demo country, their match runs and offers, every event a leaf of the ledger."""
