"""The data bank for people and programs that read: connections, and the declared sources as plain values."""
