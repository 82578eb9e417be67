# Copyright 2026 The DJL Adapters authors.
# SPDX-License-Identifier: Apache-2.0
"""Has threads of OpenMP sleep soon while they wait, as the Java side does, unless somebody chose.

It is imported before torch, which reads the environment when it is loaded; processes that are
started later have the same environment.
"""
import os

CHOICES = {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME"}

if not CHOICES & set(os.environ):
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
    os.environ["GOMP_SPINCOUNT"] = "3000"
