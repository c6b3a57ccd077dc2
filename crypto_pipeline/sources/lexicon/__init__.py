"""What words say in headlines: names of coins, topics, good and bad news."""
