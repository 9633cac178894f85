"""The database of an allocation office: tables that refuse the worst, one writer, one module a thing that is done."""
