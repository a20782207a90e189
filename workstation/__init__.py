"""What programs on a developer's or operator's machine share: servers for this machine only, and terminal output."""
