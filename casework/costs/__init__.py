"""What a worker's departure cost, who paid, and the fees that no worker may be charged."""
