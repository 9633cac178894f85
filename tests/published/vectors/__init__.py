"""The shapes of the ledger's test vectors: one module a shape, which asks both implementations and holds no formula."""
