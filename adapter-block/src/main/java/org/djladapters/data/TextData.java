/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.djladapters.io.Sha256;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sentences or pairs of sentences with a label each, read from a TSV file.
 *
 * <p>The file is UTF-8; its first line names the columns {@code label}, {@code sentence1} and, for
 * pairs, {@code sentence2}, in any order. Columns are separated by one tab. There is no quoting: a
 * {@code "} is a character like any other, so a sentence can't contain a tab or a line break. Every
 * line has every column, and no label or sentence is blank. Labels are stripped of surrounding
 * white space.
 *
 * <p>The tables of GLUE are read as they are published, too, and recognised by their header: SST-2,
 * MRPC, QQP, STS-B, MNLI, QNLI, RTE and WNLI; CoLA, which has none, by four columns of which the
 * second is 0 or 1 and the third empty or of the marks {@code *} and {@code ?}. Lines of QQP and
 * MNLI that lack a sentence or a label (in MNLI {@code -}) are left out, and a warning is logged
 * that tells how many; a line break inside a question of QQP leaves two of them.
 */
public final class TextData implements LabelledData {

    /** The columns of a table of our own. */
    public static final String COLUMNS =
            "%s, %s[, %s]"
                    .formatted(TextLayout.LABEL, TextLayout.SENTENCE_1, TextLayout.SENTENCE_2);

    private static final Logger logger = LoggerFactory.getLogger(TextData.class);

    private final Path source;
    private final String sha256;
    private final boolean pairs;
    private final List<Row> rows;

    private TextData(Path source, String sha256, boolean pairs, List<Row> rows) {
        this.source = source;
        this.sha256 = sha256;
        this.pairs = pairs;
        this.rows = Collections.unmodifiableList(rows);
    }

    /**
     * One line of the file.
     *
     * @param line its number in the file, from 1, the header included
     * @param label the label as written
     * @param first the first sentence
     * @param second the second sentence; {@code null} if the file has single sentences
     */
    public record Row(long line, String label, String first, String second) {}

    /**
     * Reads a TSV file.
     *
     * @param file the file
     * @return its rows in their order
     * @throws IOException if the file is missing, not UTF-8 or not such a table; the message names
     *     the line
     */
    public static TextData read(Path file) throws IOException {
        return of(TsvTable.read(file, COLUMNS));
    }

    /** Takes labels and sentences out of a table. */
    static TextData of(TsvTable table) throws IOException {
        TextLayout layout = layout(table);
        List<TsvTable.Line> lines = layout.hasHeader() ? table.body() : table.lines();
        List<Row> rows = new ArrayList<>();
        List<Long> gaps = new ArrayList<>();
        for (TsvTable.Line line : lines) {
            if (layout.isGap(line.cells())) {
                gaps.add(line.number());
            } else {
                table.requireCells(line, layout.columns(), layout.needed());
                rows.add(row(layout, line));
            }
        }
        table.requireExamples(rows);
        if (!gaps.isEmpty()) {
            logger.warn(
                    "'{}': {} of {} lines without a label or a sentence are left out; the first"
                            + " is line {}",
                    table.file(),
                    gaps.size(),
                    lines.size(),
                    gaps.get(0));
        }
        return new TextData(table.file(), table.sha256(), layout.second() != null, rows);
    }

    private static TextLayout layout(TsvTable table) throws IOException {
        List<String> line = table.lines().get(0).cells();
        Optional<TextLayout> layout = TextLayout.find(line);
        if (layout.isPresent()) {
            return layout.get();
        }
        if (TextLayout.isUnlabelled(line)) {
            throw new IOException(
                    ("%s, has no label column, as in the test files of GLUE, but only: %s; give"
                                    + " a table with labels")
                            .formatted(table.where(1), table.shownHeader()));
        }
        throw new IOException(
                ("%s, must be a header with the columns %s or %s, each once and separated by tabs,"
                                + " or the header of a GLUE file, but it has: %s")
                        .formatted(
                                table.where(1), COLUMNS, PromptData.COLUMNS, table.shownHeader()));
    }

    private static Row row(TextLayout layout, TsvTable.Line line) {
        List<String> cells = line.cells();
        return new Row(
                line.number(),
                layout.value(cells, layout.label()).strip(),
                layout.value(cells, layout.first()),
                layout.second() == null ? null : layout.value(cells, layout.second()));
    }

    @Override
    public Path source() {
        return source;
    }

    @Override
    public String sha256() {
        return sha256;
    }

    @Override
    public int size() {
        return rows.size();
    }

    @Override
    public String label(int row) {
        return rows.get(row).label();
    }

    @Override
    public String where(int row) {
        return TsvTable.where(source, rows.get(row).line());
    }

    @Override
    public TextData pick(List<Integer> picked) {
        List<Row> some = picked.stream().map(rows::get).toList();
        return new TextData(source, Sha256.ofPart(sha256, picked), pairs, some);
    }

    /**
     * Says whether the examples are pairs of sentences.
     *
     * @return true if every example has a second sentence
     */
    public boolean isPairs() {
        return pairs;
    }

    /**
     * Returns the examples.
     *
     * @return the rows in the file's order, unmodifiable
     */
    public List<Row> rows() {
        return rows;
    }
}
