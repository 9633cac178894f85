"""The REST interface `/api/v1`: each endpoint asks for one use case, or reads."""
