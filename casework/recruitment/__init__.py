"""Recruitment: what agencies are permitted (licence, principals, job orders), places of job orders and who has one."""
