"""The tamper-evident log, the writing side: leaves, Merkle tree, notes, checkpoints, tiles, proofs and receipts."""
