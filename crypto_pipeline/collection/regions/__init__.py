"""Several regions that share a data bank: who asks which host, which hosts refuse whom, what each adds to the consensus.

Belongs here: pure functions of rows that every region has.
Does not belong here: those tables (schema/tables/regions.py), reading them (warehouse/region_queries.py), when it is done
(orchestration/regions.py).

There is no coordinator. All regions read the same rows, as they were at the tick that all of them work for, and come to the same
division by themselves.
"""
