"""The system as it runs on a machine: its processes, a collection by hand, what an earlier run left behind."""
