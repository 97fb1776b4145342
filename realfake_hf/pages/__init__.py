"""How pages and figures look: style, template, contact sheets; what they say is written where it is known."""
