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
import org.djladapters.data.reading.Table;

/**
 * Examples to learn from and to measure on: texts or images with labels, prompts with responses.
 *
 * <p>They come from files or folders ({@link #read(Path)}) or from memory ({@link TextData#of}).
 * Other data can implement this interface: labels are counted ({@link LabelSpace}), parts held out
 * ({@link HeldOutSplit}) and origins recorded for any. A fine-tuning run makes inputs of the data
 * of this package only, so rows from elsewhere are handed to it as these.
 */
public interface LabelledData {

    /**
     * Reads examples: images from a folder, text from anything else. The columns of a file tell
     * whether it holds labels, responses to prompts or preferences; without columns it may be plain
     * text.
     *
     * @param source an image folder ({@code label/file}) or a file as {@link TextData} or {@link
     *     PromptData} describes it
     * @return the examples
     * @throws IOException if the source is missing or malformed
     */
    static LabelledData read(Path source) throws IOException {
        if (Files.isDirectory(source)) {
            return ImageFolder.read(source);
        }
        if (Files.notExists(source)) {
            throw new IOException(
                    ("No data file or folder '%s'; give a TSV, CSV, JSON Lines or Parquet file,"
                                    + " or a folder that holds one folder of images per label")
                            .formatted(source));
        }
        if (PromptData.areMessagesIn(source)) {
            return PromptData.ofMessages(source);
        }
        if (PreferenceData.areMessagesIn(source)) {
            return PreferenceData.ofMessages(source);
        }
        if (PromptData.isPlainText(source)) {
            return PromptData.readTexts(source);
        }
        Table table = Table.read(source, TextData.COLUMNS + " or " + PromptData.COLUMNS);
        if (PreferenceData.isIn(table)) {
            return PreferenceData.of(table);
        }
        return PromptData.isIn(table) ? PromptData.of(table) : TextData.of(table);
    }

    /**
     * Reads examples for a task, in the form that the task has.
     *
     * @param source a file or folder
     * @param task the kind of task to train
     * @return the examples
     * @throws IOException if the source is missing or malformed
     */
    static LabelledData read(Path source, TaskKind task) throws IOException {
        return task.read(source);
    }

    /**
     * Reads examples to learn from. A folder without images that holds {@code train.tsv} stands for
     * that file; anything else is read as {@link #read} does.
     *
     * @param source a folder of tables, an image folder or a file
     * @return the examples
     * @throws IOException if the source is missing or malformed
     */
    static LabelledData readTrain(Path source) throws IOException {
        return read(TextFolder.train(source));
    }

    /**
     * Reads examples to learn from for a task, as {@link #readTrain(Path)} and {@link #read(Path,
     * TaskKind)} do.
     *
     * @param source a folder of tables, an image folder or a file
     * @param task the kind of task to train
     * @return the examples
     * @throws IOException if the source is missing or malformed
     */
    static LabelledData readTrain(Path source, TaskKind task) throws IOException {
        return read(TextFolder.train(source), task);
    }

    /**
     * Reads examples to measure on. A folder without images that holds {@code dev.tsv} or {@code
     * dev_matched.tsv} stands for that file; anything else is read as {@link #read} does.
     *
     * @param source a folder of tables, an image folder or a file
     * @return the examples
     * @throws IOException if the source is missing or malformed
     */
    static LabelledData readDev(Path source) throws IOException {
        return read(TextFolder.dev(source));
    }

    /**
     * Reads examples to measure on for a task, as {@link #readDev(Path)} and {@link #read(Path,
     * TaskKind)} do.
     *
     * @param source a folder of tables, an image folder or a file
     * @param task the kind of task that was trained
     * @return the examples
     * @throws IOException if the source is missing or malformed
     */
    static LabelledData readDev(Path source, TaskKind task) throws IOException {
        return read(TextFolder.dev(source), task);
    }

    /**
     * Returns where the examples come from.
     *
     * @return the file or folder; for data in memory a name for messages and records, which no file
     *     has
     */
    Path source();

    /**
     * Returns the fingerprint of the content: of a file's bytes, a folder's names and bytes, or of
     * all rows in memory. It tells whether two runs had the same data.
     *
     * @return the SHA-256 in hexadecimal digits
     */
    String sha256();

    /**
     * Returns the kind of task that examples of this form are for.
     *
     * @return the kind of task; empty if the labels decide
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
     * @return its label, not blank; of {@link MultiLabelData} all labels of the example
     */
    String label(int row);

    /**
     * Says where an example stands, for messages.
     *
     * @param row the example, from 0
     * @return its file, and its line if the file holds several examples; for data in memory the
     *     number of its row
     */
    String where(int row);

    /**
     * Returns the group of an example. A part that is held out has all examples of a group or none,
     * such as all questions about one article.
     *
     * @param row the example, from 0
     * @return the name of its group; empty for an example on its own (default)
     */
    default Optional<String> group(int row) {
        return Optional.empty();
    }

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
