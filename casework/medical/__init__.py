"""Examinations by accredited clinics: the outcome word for those who need it, the detail for the medical role alone."""
