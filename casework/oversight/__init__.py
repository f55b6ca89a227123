"""What those who review ask of the whole installation: the trail of events, standing reports, their saved lists."""
