"""Real strategies and adapters that only tests register."""
