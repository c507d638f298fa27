"""Upgrades of the store that keep its data: one folder of steps for each group of tables."""
