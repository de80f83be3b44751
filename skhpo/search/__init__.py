"""Search estimators: validate, assemble, publish."""
