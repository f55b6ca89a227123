"""Every form of the dashboard: what is asked, in which words. Shown by the templates, read by `dashboard.posting`.

Each function returns a `Form` without values; `posting.filled` puts values or errors into it. Field names are the
names of the casework commands.
"""
