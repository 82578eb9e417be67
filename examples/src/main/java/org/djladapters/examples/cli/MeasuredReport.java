/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

/** What a measurement found: a table for people and a line of JSON for programs. */
interface MeasuredReport {

    Table table();

    ResultLine line();
}
