"""How things look: base templates, components, CSS, PDF and QR."""
