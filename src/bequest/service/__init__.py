"""The live system for people and programs: sign-in, permissions, REST and pages, thin over the registry."""
