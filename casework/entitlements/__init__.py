"""What a programme pays to a worker: claimed, approved and paid out by different people; stopped, reclaimed."""
