"""The specification of the warehouse: real files, real second processes."""
