"""What is collected here: test modules, and not the hundreds of folders of rows that they compare with."""

collect_ignore = ["expected_rows"]
