/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Reports: what the results of sweeps say, as Markdown, pictures and one page of HTML.
 *
 * <p>Lines become {@link org.djladapters.examples.report.Suite}s of {@link
 * org.djladapters.examples.report.Method}s, the outputs of their runs {@link
 * org.djladapters.examples.report.TaskScores}; an {@link org.djladapters.examples.report.Analysis}
 * says with intervals what they prove, and sections and pictures turn that into blocks of a
 * document, which is written twice.
 */
package org.djladapters.examples.report;
