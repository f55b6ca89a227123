"""The journey: itinerary and departure."""
