"""The outside view: what anyone can check of a record that somebody else kept."""
