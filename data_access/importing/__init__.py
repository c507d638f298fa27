"""The steps of an import, all within one transaction; importer.py runs them in order."""
