"""What is in accepted rows: their profile, facts and findings by SQL, and what differs from earlier runs."""
