"""One index behind one port: embedded, served, or in memory."""
