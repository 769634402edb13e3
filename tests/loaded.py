"""What each process of tests/processes.py finds loaded: imported once, by the one that they are forked off."""

from __future__ import annotations

import gc

import django

gc.disable()
django.setup()
# What is there stays: whoever looked through it for garbage would write to each page of it, and so copy it.
gc.freeze()
gc.enable()
