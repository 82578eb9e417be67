/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.reading;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The columns of a table that hold labels and sentences: a table with the library's own names, or
 * one of GLUE (Wang et al., arXiv 1804.07461) as it is published.
 *
 * @param second the column of the second sentence; {@code null} for single sentences
 * @param hasHeader whether the first line names the columns
 * @param hasGaps whether lines that lack a label or a sentence are expected and left out
 */
public record TextLayout(
        List<String> columns,
        String label,
        String first,
        String second,
        boolean hasHeader,
        boolean hasGaps) {

    public static final String LABEL = "label";
    public static final String SENTENCE_1 = "sentence1";
    public static final String SENTENCE_2 = "sentence2";

    /** The mark in the place of a label where the annotators of MultiNLI did not agree. */
    private static final String NO_LABEL = "-";

    /** A sentence's source, its label, the mark of the linguist who judged it, the sentence. */
    private static final TextLayout COLA =
            new TextLayout(
                    List.of("source", LABEL, "mark", "sentence"),
                    LABEL,
                    "sentence",
                    null,
                    false,
                    false);

    private static final String MNLI =
            "index\tpromptID\tpairID\tgenre\tsentence1_binary_parse\tsentence2_binary_parse"
                    + "\tsentence1_parse\tsentence2_parse\tsentence1\tsentence2\tlabel1\t";

    private static final List<TextLayout> WITH_HEADER =
            List.of(
                    // SST-2
                    of("sentence\tlabel", LABEL, "sentence", null),
                    // MRPC
                    of(
                            "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String",
                            "Quality",
                            "#1 String",
                            "#2 String"),
                    // STS-B
                    of(
                            "index\tgenre\tfilename\tyear\told_index\tsource1\tsource2"
                                    + "\tsentence1\tsentence2\tscore",
                            "score",
                            SENTENCE_1,
                            SENTENCE_2),
                    // QQP
                    of(
                                    "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate",
                                    "is_duplicate",
                                    "question1",
                                    "question2")
                            .withGaps(),
                    // MNLI, to train and to measure
                    of(MNLI + "gold_label", "gold_label", SENTENCE_1, SENTENCE_2).withGaps(),
                    of(
                                    MNLI + "label2\tlabel3\tlabel4\tlabel5\tgold_label",
                                    "gold_label",
                                    SENTENCE_1,
                                    SENTENCE_2)
                            .withGaps(),
                    // QNLI
                    of("index\tquestion\tsentence\tlabel", LABEL, "question", "sentence"),
                    // RTE and WNLI
                    of("index\tsentence1\tsentence2\tlabel", LABEL, SENTENCE_1, SENTENCE_2));

    private static TextLayout of(String header, String label, String first, String second) {
        return new TextLayout(List.of(header.split("\t", -1)), label, first, second, true, false);
    }

    private TextLayout withGaps() {
        return new TextLayout(columns, label, first, second, hasHeader, true);
    }

    /** Recognises a table by its first line. */
    public static Optional<TextLayout> find(Table table) {
        List<String> line = table.lines().get(0).cells();
        List<String> names = line.stream().map(String::strip).toList();
        if (isOwn(names)) {
            String second = names.contains(SENTENCE_2) ? SENTENCE_2 : null;
            return Optional.of(new TextLayout(names, LABEL, SENTENCE_1, second, true, false));
        }
        if (table.form() != TableForm.TSV) {
            return Optional.empty();
        }
        if (isCola(names)) {
            return Optional.of(COLA);
        }
        return WITH_HEADER.stream().filter(layout -> layout.columns.equals(names)).findFirst();
    }

    private static boolean isOwn(List<String> names) {
        Set<String> known = Set.of(LABEL, SENTENCE_1, SENTENCE_2);
        Set<String> distinct = new HashSet<>(names);
        return distinct.size() == names.size()
                && known.containsAll(distinct)
                && distinct.containsAll(List.of(LABEL, SENTENCE_1));
    }

    private static boolean isCola(List<String> values) {
        return values.size() == COLA.columns.size()
                && values.get(1).matches("[01]")
                && values.get(2).matches("[*? ]*");
    }

    /** Tells a header that names sentences of GLUE but no labels, as the test tables have it. */
    public static boolean isUnlabelled(List<String> line) {
        List<String> names = line.stream().map(String::strip).toList();
        return WITH_HEADER.stream()
                .anyMatch(
                        layout ->
                                names.containsAll(layout.sentences())
                                        && !names.contains(layout.label)
                                        && names.stream().allMatch(layout::isInTestTable));
    }

    private boolean isInTestTable(String name) {
        return name.equals("index") || columns.contains(name);
    }

    private List<String> sentences() {
        return Stream.of(first, second).filter(Objects::nonNull).toList();
    }

    /** Returns the columns that must have a value. */
    public List<String> needed() {
        return Stream.concat(Stream.of(label), sentences().stream()).toList();
    }

    /** Tells a line that is left out, since it lacks a label or a sentence. */
    public boolean isGap(List<String> values) {
        return hasGaps
                && (values.size() < columns.size()
                        || value(values, label).equals(NO_LABEL)
                        || needed().stream().anyMatch(name -> value(values, name).isBlank()));
    }

    /** Returns the value of a line in a column. */
    public String value(List<String> values, String column) {
        return values.get(columns.indexOf(column));
    }
}
