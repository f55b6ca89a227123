"""Waivers, conditions and interim permissions: asked for by one person, given or refused by another."""
