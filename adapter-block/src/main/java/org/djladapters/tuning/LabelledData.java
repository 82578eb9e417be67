/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Examples with labels or responses, read from a file or a folder: text or images. */
public sealed interface LabelledData permits TextData, PromptData, ImageFolder {

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
        TsvTable table = TsvTable.read(source, TextData.COLUMNS, PromptData.COLUMNS);
        return table.columns().equals(PromptData.COLUMNS)
                ? new PromptData(table)
                : new TextData(table);
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
}
