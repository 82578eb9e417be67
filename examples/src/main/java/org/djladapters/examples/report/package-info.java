/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Reports of the results of sweeps, as Markdown, pictures and one page of HTML.
 *
 * <p>Lines become {@link org.djladapters.examples.report.Suite}s of {@link
 * org.djladapters.examples.report.Method}s, the outputs of their runs {@link
 * org.djladapters.examples.report.TaskScores}. An {@link org.djladapters.examples.report.Analysis}
 * computes estimates with intervals; sections and pictures turn these into blocks of a document,
 * which is written as Markdown and as HTML.
 */
package org.djladapters.examples.report;
