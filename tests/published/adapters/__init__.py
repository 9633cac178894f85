"""Holds one adapter a shape of file: each names the rows of a file and compares them through the public functions."""
