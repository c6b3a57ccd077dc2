"""The version of the package, for what must say who made it.

Belongs here: the version, the same as in pyproject.toml.
Does not belong here: the version of the tables in a file (schema/tables/).
"""

VERSION = "0.1.0"
