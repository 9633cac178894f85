"""Holds the policies themselves, `<jurisdiction>/<organ>-<edition>.yaml`, and the sources they cite."""
