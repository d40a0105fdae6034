"""What the web pages share."""
