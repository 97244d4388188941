"""Lectures: folders of plain text files, one scene a file."""
