"""What every floor stands on: locks, addresses and text, which would be the same in a project about something else.

Belongs here: small functions that know neither coins nor tables nor settings.
Does not belong here: whatever one floor alone needs; it lives there.
"""
