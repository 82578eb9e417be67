/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.answers;

/**
 * The part of a text that answers a question.
 *
 * @param text the answer as it stands in the text; empty if the text has none
 * @param score how probable the model finds it, between 0 and 1: the probability of its first token
 *     times that of its last one, of all tokens of the same window. A long text is read in several
 *     windows
 * @param start where it begins in the text, as {@link String#indexOf(String)} counts; 0 if there is
 *     none
 * @param end where it ends, exclusive; 0 if there is none
 */
public record Answer(String text, double score, int start, int end) {}
