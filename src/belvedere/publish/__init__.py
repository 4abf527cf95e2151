"""What goes out: campaigns, mini-sites, newsletters, posters, through the port `Channel`."""
