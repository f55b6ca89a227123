"""Who of an office's workers can do what, and from when: the skills map, and the demand of an employer against it."""
