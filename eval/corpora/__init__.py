"""The invented sample corpora and the script that renders their PDF and DOCX files."""
