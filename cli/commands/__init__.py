"""One module a group of commands. Heavy parts are imported inside the commands."""
