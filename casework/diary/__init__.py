"""When a worker is expected where: bookings of appointments, courses, sessions and follow-ups, and their reminders."""
