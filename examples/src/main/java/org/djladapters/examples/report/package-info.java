/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Reports: what the results of sweeps say, as Markdown, pictures and one page of HTML.
 *
 * <p>Results become {@link org.djladapters.examples.report.Suite}s of methods with their scores;
 * sections turn these into blocks of a document, which is written twice.
 */
package org.djladapters.examples.report;
