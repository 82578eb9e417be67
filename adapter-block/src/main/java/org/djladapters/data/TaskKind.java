/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import com.google.gson.JsonParseException;
import com.google.gson.TypeAdapter;
import com.google.gson.annotations.JsonAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.djladapters.io.Internal;

/** A kind of task: its name, and how its examples are read. */
@JsonAdapter(TaskKind.Json.class)
public final class TaskKind {

    /** One of a fixed set of labels; a head gives one logit per label. */
    public static final TaskKind CLASSIFICATION =
            new TaskKind("CLASSIFICATION", LabelledData::read).withTexts(TextData::read);

    /** Any number of a fixed set of labels; a head gives one logit per label. */
    public static final TaskKind MULTI_LABEL_CLASSIFICATION =
            new TaskKind("MULTI_LABEL_CLASSIFICATION", MultiLabelData::read)
                    .withNoun("multi-label classification")
                    .withTexts(MultiLabelData::read);

    /** A real number; a head gives one value. */
    public static final TaskKind REGRESSION =
            new TaskKind("REGRESSION", LabelledData::read).withTexts(TextData::read);

    /** The answer to a prompt; a language model gives logits for the next token. */
    public static final TaskKind CAUSAL_LM =
            new TaskKind("CAUSAL_LM", LabelledData::read).withNoun("causal language model");

    /** A vector for a text, near those of texts that mean the same; the model gives it itself. */
    public static final TaskKind EMBEDDING =
            new TaskKind("EMBEDDING", PairData::read)
                    .withPairs(PairData::read)
                    .withTypes("String", "float[]");

    /** One of several labels for every word; a head gives one logit per label at every token. */
    public static final TaskKind TOKEN_CLASSIFICATION =
            new TaskKind("TOKEN_CLASSIFICATION", TokenData::read)
                    .withTypes("String", "NamedEntity[]");

    /** The part of a text that answers a question; a head gives two logits at every token. */
    public static final TaskKind QUESTION_ANSWERING =
            new TaskKind("QUESTION_ANSWERING", AnswerData::read).withTypes("QAInput", "Answer");

    /** How relevant a passage is to a query, read as a pair; a head gives one logit. */
    public static final TaskKind RERANKING =
            new TaskKind("RERANKING", file -> TextData.read(file).groupedByFirst())
                    .withTexts((file, columns) -> TextData.read(file, columns).groupedByFirst())
                    .withTypes("StringPair", "Float");

    /** The better one of two answers to a prompt; a language model makes it more probable. */
    public static final TaskKind PREFERENCE =
            new TaskKind("PREFERENCE", LabelledData::read).withNoun("preference optimization");

    private static final List<TaskKind> ALL =
            List.of(
                    CLASSIFICATION,
                    MULTI_LABEL_CLASSIFICATION,
                    REGRESSION,
                    CAUSAL_LM,
                    EMBEDDING,
                    TOKEN_CLASSIFICATION,
                    QUESTION_ANSWERING,
                    RERANKING,
                    PREFERENCE);

    private final String name;
    private final FileReader files;
    private String noun;
    private TableReader<TextColumns> texts;
    private TableReader<PairColumns> pairs;
    private String types;

    /**
     * Names a kind of task.
     *
     * @param name the name in records, upper case with underscores
     * @param files reads examples that have the columns, or the form, of this kind
     */
    @Internal
    public TaskKind(String name, FileReader files) {
        this.name = name;
        this.files = files;
        noun = word().replace('-', ' ');
    }

    /** Reads a file or folder. */
    @FunctionalInterface
    @Internal
    public interface FileReader {
        LabelledData read(Path source) throws IOException;
    }

    /**
     * Reads columns of a table.
     *
     * @param <C> the type of the choice of columns
     */
    @FunctionalInterface
    private interface TableReader<C> {
        LabelledData read(Path source, C columns) throws IOException;
    }

    /** Writes a kind as its name. */
    static final class Json extends TypeAdapter<TaskKind> {
        @Override
        public void write(JsonWriter out, TaskKind kind) throws IOException {
            out.value(kind == null ? null : kind.name);
        }

        @Override
        public TaskKind read(JsonReader in) throws IOException {
            String name = in.nextString();
            return ALL.stream()
                    .filter(kind -> kind.name.equals(name))
                    .findAny()
                    .orElseThrow(() -> new JsonParseException("There is no task " + name));
        }
    }

    private TaskKind withNoun(String other) {
        noun = other;
        return this;
    }

    private TaskKind withTexts(TableReader<TextColumns> reader) {
        texts = reader;
        return this;
    }

    private TaskKind withPairs(TableReader<PairColumns> reader) {
        pairs = reader;
        return this;
    }

    private TaskKind withTypes(String input, String output) {
        types = input + ".class, " + output + ".class";
        return this;
    }

    /**
     * Returns all kinds of tasks.
     *
     * @return the kinds in the order in which messages name them
     */
    public static List<TaskKind> values() {
        return ALL;
    }

    /**
     * Finds a kind by its word.
     *
     * @param word {@code classification} or {@code token-classification}, for example, in any case
     * @return the kind
     * @throws IllegalArgumentException if there is no such kind; the message names all
     */
    public static TaskKind of(String word) {
        return ALL.stream()
                .filter(kind -> kind.word().equalsIgnoreCase(word))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "There is no task '%s'; this version knows %s"
                                                .formatted(word, words())));
    }

    /** Returns the words of all kinds, separated by commas. */
    @Internal
    public static String words() {
        return ALL.stream().map(TaskKind::word).collect(Collectors.joining(", "));
    }

    private String word() {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Returns the types of inputs and predictions of a kind, as Java arguments; empty if they
     * depend on the labels.
     */
    @Internal
    public static Optional<String> types(String name) {
        return ALL.stream().filter(k -> k.name.equals(name)).findAny().map(kind -> kind.types);
    }

    /**
     * Returns the name that records have.
     *
     * @return the name, such as {@code TOKEN_CLASSIFICATION}
     */
    public String name() {
        return name;
    }

    /**
     * Returns the kind as a noun, for messages.
     *
     * @return the noun, such as {@code token classification}
     */
    public String noun() {
        return noun;
    }

    LabelledData read(Path source) throws IOException {
        return files.read(source);
    }

    /** Tells whether examples can be read from named columns of texts with labels. */
    @Internal
    public boolean hasTextColumns() {
        return texts != null;
    }

    /** Tells whether examples can be read from named columns of pairs. */
    @Internal
    public boolean hasPairColumns() {
        return pairs != null;
    }

    /** Reads named columns of texts with labels. */
    @Internal
    public LabelledData read(Path table, TextColumns columns) throws IOException {
        return texts.read(table, columns);
    }

    /** Reads named columns of pairs. */
    @Internal
    public LabelledData read(Path table, PairColumns columns) throws IOException {
        return pairs.read(table, columns);
    }

    @Override
    public String toString() {
        return name;
    }
}
