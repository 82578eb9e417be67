/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Examples with labels or responses, read from a file or a folder: text or images. */
public interface LabelledData {

    /**
     * Reads examples: images from a folder, text from anything else. The columns of a file tell
     * whether it holds labels or responses to prompts.
     *
     * @param source an image folder ({@code label/file}) or a TSV file as {@link TextData} or
     *     {@link PromptData} describes it
     * @return the examples
     * @throws IOException if the source is missing or malformed
     */
    static LabelledData read(Path source) throws IOException {
        if (Files.isDirectory(source)) {
            return ImageFolder.read(source);
        }
        TsvTable table = TsvTable.read(source, TextData.COLUMNS + " or " + PromptData.COLUMNS);
        return PromptData.isIn(table) ? PromptData.of(table) : TextData.of(table);
    }

    /**
     * Reads examples to learn from. A folder without images that holds {@code train.tsv} stands for
     * that file; anything else is read as {@link #read} does.
     *
     * @param source a folder of tables, an image folder or a TSV file
     * @return the examples
     * @throws IOException if the source is missing or malformed
     */
    static LabelledData readTrain(Path source) throws IOException {
        return read(TextFolder.train(source));
    }

    /**
     * Reads examples to measure on. A folder without images that holds {@code dev.tsv} or {@code
     * dev_matched.tsv} stands for that file; anything else is read as {@link #read} does.
     *
     * @param source a folder of tables, an image folder or a TSV file
     * @return the examples
     * @throws IOException if the source is missing or malformed
     */
    static LabelledData readDev(Path source) throws IOException {
        return read(TextFolder.dev(source));
    }

    /**
     * Returns where the examples come from.
     *
     * @return the file or folder
     */
    Path source();

    /**
     * Returns the fingerprint of the content: of a file's bytes, or of a folder's names and bytes.
     *
     * @return the SHA-256 in hexadecimal digits
     */
    String sha256();

    /**
     * Returns the task that such examples are made for, if their form tells.
     *
     * @return the kind of task; empty where the labels decide
     */
    default Optional<TaskKind> task() {
        return Optional.empty();
    }

    /**
     * Returns the number of examples.
     *
     * @return at least 1
     */
    int size();

    /**
     * Returns the label of an example as it is written.
     *
     * @param row the example, from 0
     * @return its label, not blank
     */
    String label(int row);

    /**
     * Says where an example stands, for messages.
     *
     * @param row the example, from 0
     * @return its file, and its line if the file holds several examples
     */
    String where(int row);

    /**
     * Picks examples.
     *
     * @param picked which examples, from 0, in any order
     * @return these examples in that order; their fingerprint differs from that of all
     */
    LabelledData pick(List<Integer> picked);

    /**
     * Picks at most a number of examples, with about the share of every class, or the spread of
     * numbers, that all have.
     *
     * @param examples how many, at least 1
     * @param seed decides which
     * @return these examples in their order; all if there are no more
     */
    default LabelledData sample(int examples, long seed) {
        if (examples < 1) {
            throw new IllegalArgumentException(
                    "The number of examples must be at least 1, got " + examples);
        }
        if (examples >= size()) {
            return this;
        }
        // Rounding must not lose the last one.
        double share = (examples + 1e-6) / size();
        return pick(StratifiedSplit.of(this, seed).pick(share, false));
    }
}
