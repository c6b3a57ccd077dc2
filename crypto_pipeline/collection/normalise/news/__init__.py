"""Articles made comparable: dates, addresses, plain text, tags, sentiment, clusters of one story."""
