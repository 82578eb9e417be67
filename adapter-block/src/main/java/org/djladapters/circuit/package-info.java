/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Rotations as quantum circuits.
 *
 * <p>A rotation Q of n coordinates is a network of n(n-1)/2 gates on n qubits ({@link
 * org.djladapters.circuit.GivensNetwork}). A gate turns the plane of two neighbouring qubits and
 * keeps the number of qubits that are 1; on the states in which k of them are, the network is the
 * compound matrix C<sub>k</sub>(Q), for all k at once. {@link org.djladapters.circuit.Circuit} adds
 * the gates that load a vector, {@link org.djladapters.circuit.OpenQasm} writes circuits for other
 * programs, {@link org.djladapters.circuit.StateVector} runs them, gate by gate.
 *
 * <p>Everything here is plain Java in double precision and knows nothing of models.
 */
package org.djladapters.circuit;
