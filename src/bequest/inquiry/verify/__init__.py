"""The verifier: a second, independent reading of the log's formats, on the standard library and `cryptography` alone.

Read it in this order: `tree` (hashes and proofs), `notes` (signatures and checkpoints), `trust` (who counts),
`tiles` (a whole log as files). It imports nothing of the side that writes.
"""
