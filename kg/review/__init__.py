"""What a person confirmed, corrected or rejected of extracted obligations → the records of a build."""
