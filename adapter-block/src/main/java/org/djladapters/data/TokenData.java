/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.djladapters.data.encoding.EntitySpan;
import org.djladapters.data.reading.Table;
import org.djladapters.data.reading.TextReader;
import org.djladapters.io.MalformedFileException;
import org.djladapters.io.Sha256;

/**
 * Sentences with a tag for every word, from a CoNLL file or from memory.
 *
 * <p>The file is UTF-8. A line holds a word in its first column and the word's tag in its last;
 * columns are separated by a tab if the first line of a word has one, otherwise by blanks, and all
 * lines have as many. An empty line, or one of white space alone, ends a sentence. Lines whose word
 * is {@code -DOCSTART-} are skipped, and so are comments: lines before the first word of a sentence
 * that begin with {@code #} and a blank and do not end with a tag.
 *
 * <p>A tag is {@code O}, for a word outside of all entities, or the entity's type after a prefix:
 *
 * <ul>
 *   <li>{@code B-} for the first word of an entity and {@code I-} for the others (IOB2);
 *   <li>{@code I-} for all words, {@code B-} only where another entity of the same type ends just
 *       before (IOB1);
 *   <li>{@code B-}, {@code I-}, {@code E-} for the last word and {@code S-} for a single one
 *       (BIOES), or {@code L-} and {@code U-} for these two (BILOU).
 * </ul>
 */
public final class TokenData extends RowData<TokenData.Row> {

    private static final String DOCUMENT = "-DOCSTART-";

    private TokenData(Origin origin, List<Row> rows) {
        super(origin, rows, Row::line);
    }

    /**
     * A sentence.
     *
     * @param line the line of its first word in the file, from 1; in memory its place, from 1
     * @param words its words, at least one
     * @param tags a tag for every word
     */
    public record Row(long line, List<String> words, List<String> tags) {

        /** Keeps copies. */
        public Row {
            words = List.copyOf(words);
            tags = List.copyOf(tags);
        }

        /**
         * Creates a sentence, to make data of.
         *
         * @param words its words
         * @param tags a tag for every word
         * @return the row, without a place yet
         */
        public static Row of(List<String> words, List<String> tags) {
            return new Row(0, words, tags);
        }
    }

    /**
     * Reads a CoNLL file.
     *
     * @param file the file
     * @return its sentences in their order
     * @throws IOException if the file is missing, not UTF-8 or no such file; the message names the
     *     line
     */
    public static TokenData read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(
                    "No data file '%s'; give a CoNLL file, with a word and its tag in a line"
                            .formatted(file));
        }
        Reader reader = new Reader(file);
        try (BufferedReader lines =
                new BufferedReader(new TextReader(file, Files.newInputStream(file)))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                reader.add(line);
            }
        }
        return new TokenData(Origin.file(file, Sha256.of(file)), reader.rows());
    }

    /**
     * Takes sentences from memory.
     *
     * @param rows at least one; their lines become their places
     * @return the sentences in their order
     * @throws IllegalArgumentException if there are no sentences, a sentence has no words or not as
     *     many tags, a word is blank, or a tag is not a tag; the message says which
     */
    public static TokenData of(Iterable<Row> rows) {
        List<Row> placed = new ArrayList<>();
        for (Row row : rows) {
            Row next = new Row(placed.size() + 1L, row.words(), row.tags());
            requireWhole(next);
            placed.add(next);
        }
        return new TokenData(Origin.memory(placed, TokenData::cells), placed);
    }

    private static List<String> cells(Row row) {
        List<String> cells = new ArrayList<>(row.words());
        cells.addAll(row.tags());
        return cells;
    }

    private static void requireWhole(Row row) {
        Function<String, IllegalArgumentException> refusal =
                problem ->
                        new IllegalArgumentException(
                                Origin.whereInMemory(row.line()) + ": " + problem);
        if (row.words().isEmpty() || row.words().size() != row.tags().size()) {
            throw refusal.apply(
                    "%d words have %d tags; give at least one word, and a tag for each"
                            .formatted(row.words().size(), row.tags().size()));
        }
        if (row.words().stream().anyMatch(String::isBlank)) {
            throw refusal.apply("a word is blank; leave it out with its tag");
        }
        for (String tag : row.tags()) {
            if (!EntitySpan.isTag(tag)) {
                throw refusal.apply(noTag(tag));
            }
        }
    }

    private static String noTag(String tag) {
        return ("'%s' is no tag; a tag is O, or a type after a prefix (B-, I-, E-, S-, L- or U-),"
                        + " such as B-person")
                .formatted(MalformedFileException.printable(tag));
    }

    @Override
    public Optional<TaskKind> task() {
        return Optional.of(TaskKind.TOKEN_CLASSIFICATION);
    }

    /** Returns the types of the entities in a sentence, {@code O} if it has none. */
    @Override
    public String label(int row) {
        TreeSet<String> types = new TreeSet<>();
        EntitySpan.of(rows().get(row).tags()).forEach(entity -> types.add(entity.type()));
        return types.isEmpty() ? EntitySpan.OUTSIDE : String.join(", ", types);
    }

    @Override
    public TokenData pick(List<Integer> picked) {
        return new TokenData(origin().part(picked), some(picked));
    }

    /** Collects the sentences of a file line by line. */
    private static final class Reader {

        private final Path file;
        private final List<Row> rows = new ArrayList<>();
        private final List<String> words = new ArrayList<>();
        private final List<String> tags = new ArrayList<>();
        private long line;

        /** The separator and the number of columns; known from the first word on. */
        private String separator;

        private int columns;

        Reader(Path file) {
            this.file = file;
        }

        void add(String text) throws IOException {
            line++;
            if (text.isBlank()) {
                endSentence();
                return;
            }
            boolean tabs = separator == null ? text.contains("\t") : separator.equals("\t");
            String[] cells = tabs ? text.split("\t", -1) : text.strip().split("[ \t]+");
            String word = cells[0].strip();
            String tag = cells[cells.length - 1].strip();
            if (word.equals(DOCUMENT)) {
                endSentence();
            } else if (!isComment(text, tag)) {
                separator = tabs ? "\t" : " ";
                addWord(word, tag, cells.length);
            }
        }

        private boolean isComment(String text, String tag) {
            return words.isEmpty()
                    && (text.startsWith("# ") || text.equals("#"))
                    && !EntitySpan.isTag(tag);
        }

        private void addWord(String word, String tag, int count) throws IOException {
            if (count < 2 || tag.isEmpty()) {
                throw malformed(
                        ", has the word '%s' without a tag; columns are separated by %s, and the"
                                        .formatted(
                                                MalformedFileException.printable(word),
                                                separator.equals("\t") ? "tabs" : "blanks")
                                + " last one is the tag");
            }
            if (columns == 0) {
                columns = count;
            }
            if (count != columns) {
                throw malformed(
                        ", has %d columns, but the lines before it have %d"
                                .formatted(count, columns));
            }
            if (word.isEmpty()) {
                throw malformed(", has a tag without a word");
            }
            if (!EntitySpan.isTag(tag)) {
                throw malformed(": " + noTag(tag));
            }
            words.add(word);
            tags.add(tag);
        }

        private void endSentence() {
            if (!words.isEmpty()) {
                rows.add(new Row(line - words.size(), words, tags));
                words.clear();
                tags.clear();
            }
        }

        private IOException malformed(String problem) {
            return new IOException(Table.where(file, line) + problem);
        }

        List<Row> rows() throws IOException {
            line++;
            endSentence();
            if (rows.isEmpty()) {
                throw new IOException(
                        "'%s' holds no sentences; every line must hold a word and its tag"
                                .formatted(file));
            }
            return rows;
        }
    }
}
