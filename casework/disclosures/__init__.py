"""What left the office: which document went to whom, for what, on which day."""
