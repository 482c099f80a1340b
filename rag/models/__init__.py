"""Which models may be used: their headers, licences and hashes, and the register of them."""
