"""Recipe of the reader models: small models that answer from numbered evidence, for tests."""
