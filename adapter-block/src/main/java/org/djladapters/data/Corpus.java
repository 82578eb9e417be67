/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.data.reading.Table;
import org.djladapters.io.Sha256;

/**
 * Texts by their ids: the passages that are searched, or queries.
 *
 * <p>A file is UTF-8 with a header that names the columns {@code id} and {@code text}, in any
 * order, separated by one tab; nothing is quoted or escaped, no cell is blank, and no id stands
 * there twice.
 */
public final class Corpus {

    /** The columns of such a file. */
    public static final String COLUMNS = "id, text";

    private static final String ID = "id";
    private static final String TEXT = "text";

    private final String sha256;
    private final Map<String, String> texts;

    private Corpus(String sha256, Map<String, String> texts) {
        this.sha256 = sha256;
        this.texts = Collections.unmodifiableMap(texts);
    }

    /**
     * Reads a TSV file.
     *
     * @param file the file
     * @return its texts in their order
     * @throws IOException if the file is missing, not UTF-8 or not such a table; the message names
     *     the line
     */
    public static Corpus read(Path file) throws IOException {
        Table table = Table.read(file, COLUMNS);
        List<String> header = table.header();
        table.requireColumns(List.of(ID, TEXT), COLUMNS);
        Map<String, String> texts = new LinkedHashMap<>();
        for (Table.Line line : table.body()) {
            table.requireCells(line, header, header);
            String id = line.cells().get(header.indexOf(ID)).strip();
            if (texts.put(id, line.cells().get(header.indexOf(TEXT))) != null) {
                throw new IOException(
                        "%s, has the id '%s' for the second time; every text needs an id of its own"
                                .formatted(table.where(line.number()), id));
            }
        }
        table.requireExamples(table.body());
        return new Corpus(table.sha256(), texts);
    }

    /**
     * Takes texts from memory.
     *
     * @param texts at least one, by their ids, none blank
     * @return the texts in the map's order
     */
    public static Corpus of(Map<String, String> texts) {
        if (texts.isEmpty() || texts.values().stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException(
                    "A corpus needs at least one text, and none that is blank");
        }
        Map<String, String> copy = new LinkedHashMap<>(texts);
        String content = copy.toString();
        return new Corpus(Sha256.of(content.getBytes(StandardCharsets.UTF_8)), copy);
    }

    /**
     * Returns the fingerprint of the content.
     *
     * @return the SHA-256 in hexadecimal digits
     */
    public String sha256() {
        return sha256;
    }

    /**
     * Returns the texts.
     *
     * @return the texts by their ids, in their order, unmodifiable
     */
    public Map<String, String> texts() {
        return texts;
    }
}
