"""Travel loans: asked, approved by two people within the cap, note signed, schedule in minor units."""
