"""Everything about notebooks: documents, sharing, collaboration."""
