"""Card templates and their rendering."""
