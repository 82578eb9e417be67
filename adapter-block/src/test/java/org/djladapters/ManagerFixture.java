/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters;

import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tests whose arrays live as long as the test, with random numbers that are the same each time. */
public abstract class ManagerFixture {

    /** Owns the arrays of one test. */
    protected NDManager manager;

    @BeforeEach
    protected final void openManager() {
        manager = NDManager.newBaseManager("PyTorch");
        manager.getEngine().setRandomSeed(1);
    }

    @AfterEach
    protected final void closeManager() {
        manager.close();
    }
}
