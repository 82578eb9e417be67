/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.student;

import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.djladapters.data.encoding.BatchOrder;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.data.encoding.TokenizerFile;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.io.JsonFields;
import org.djladapters.model.AdaptedModel;
import org.djladapters.student.StaticFiles;
import org.djladapters.student.WordPiece;
import org.djladapters.task.embedding.EmbeddedTexts;
import org.djladapters.task.embedding.EmbeddingMeasure;
import org.djladapters.task.embedding.EmbeddingTask;
import org.djladapters.task.embedding.SentenceEncoder;
import org.djladapters.task.embedding.TextEmbeddings;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.metric.EvaluationListener;

/**
 * Learns a static student.
 *
 * @param task how the teacher gives texts vectors
 * @param dimensions fewer than the teacher's, or empty for all
 */
public record StaticLearning(
        AdaptedModel teacher,
        EmbeddingTask task,
        List<String> queries,
        List<String> passages,
        OptionalInt dimensions,
        long seed,
        EvaluationListener listener) {

    /** One text of so many is held out, up to the most. */
    private static final int HELD_OUT_OF = 20;

    /** The fewest texts that are learned from: one is held out. */
    public static final int FEWEST_TEXTS = HELD_OUT_OF;

    private static final int MOST_HELD_OUT = 1_000;

    /**
     * The share of a text's tokens at which a token's first vector counts half.
     *
     * @see <a href="https://openreview.net/forum?id=SyK00v5xx">Arora et al., A simple but
     *     tough-to-beat baseline for sentence embeddings</a>
     */
    private static final double HALF_WEIGHT = 1e-3;

    /** How much the first vectors count against the texts: \(\lambda\) of {@link TokenTable}. */
    private static final double PULL = 0.03;

    private static final int BATCH_SIZE = 64;

    /** Tokens alone are short. */
    private static final int TOKEN_BATCH_SIZE = 256;

    /**
     * A student, and how near it is to its teacher.
     *
     * @param texts the number of texts that it learned from
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Learned(
            String teacher,
            JsonObject tokenizer,
            float[] table,
            int dimensions,
            int texts,
            int heldOut,
            double startCosine,
            double cosine,
            double textsPerSecond) {

        /** Writes the student to an empty folder. */
        public void write(Path folder) throws IOException {
            StaticFiles.write(folder, tokenizer, table, dimensions, teacher);
        }
    }

    /** A text as the student and as the teacher read it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Text(int[] tokens, String prompted) {}

    /** Learns a student with the teacher as it is now. */
    public Learned run() throws IOException {
        ModelDirectory directory = TaskInputs.directory(teacher);
        long width = width();
        JsonFields file =
                JsonFields.read(
                        directory
                                .file(TokenizerFile.NAME)
                                .orElseThrow(
                                        () ->
                                                new IOException(
                                                        "'%s' has no %s, which a static student needs; take a model with BERT's tokenizer"
                                                                .formatted(
                                                                        directory.path(),
                                                                        TokenizerFile.NAME))));
        JsonObject tokenizer = StaticFiles.tokenizer(file.json());
        WordPiece pieces = WordPiece.of(new JsonFields(file.source(), tokenizer));
        List<Text> texts = texts(pieces);
        EmbeddedTexts.Progress progress =
                EmbeddingMeasure.progress(listener, texts.size() + pieces.size());
        long start = System.nanoTime();
        Vectors vectors = vectors(texts, (int) width, progress);
        double seconds = (System.nanoTime() - start) / 1e9;
        Vectors alone = alone(directory, pieces.size(), (int) width, progress);
        int heldOut = Math.min(texts.size() / HELD_OUT_OF, MOST_HELD_OUT);
        if (dimensions.isPresent() && dimensions.getAsInt() < width) {
            Vectors axesOf = vectors.from(heldOut);
            NDManager manager = teacher.model().getNDManager();
            alone = Axes.project(alone, axesOf, dimensions.getAsInt(), manager);
            vectors = Axes.project(vectors, axesOf, dimensions.getAsInt(), manager).scaled();
        }
        TokenTable known = table(texts.subList(0, heldOut), vectors.to(heldOut));
        List<Text> seen = texts.subList(heldOut, texts.size());
        TokenTable learned = table(seen, vectors.from(heldOut));
        Vectors first = weighted(alone.centred(), seen);
        Vectors table = learned.solve(first, PULL);
        // what other libraries do not leave out counts nothing there
        table.clear(pieces.unknown());
        return new Learned(
                directory.path().getFileName().toString(),
                tokenizer,
                table.values(),
                table.width(),
                learned.size(),
                heldOut,
                known.cosine(first),
                known.cosine(table),
                texts.size() / seconds);
    }

    private long width() {
        if (!SentenceEncoder.givesVectors(TaskInputs.of(teacher))) {
            throw new IllegalArgumentException(
                    "The teacher of a static student must give texts vectors, which this model does"
                            + " not; take an embedding model");
        }
        TextInputs.check(teacher.inputNames());
        long width = task.width(teacher);
        if (dimensions.orElse(1) > width) {
            throw new IllegalArgumentException(
                    "The vectors of the teacher have %d dimensions, not %d; ask for as many or fewer"
                            .formatted(width, dimensions.getAsInt()));
        }
        return width;
    }

    /** Returns the texts with known tokens, in an order by chance. */
    private List<Text> texts(WordPiece pieces) {
        SentenceSettings settings = task.encoder().settings();
        List<Text> texts = new ArrayList<>();
        queries.forEach(text -> texts.add(new Text(pieces.tokens(text), settings.query(text))));
        passages.forEach(text -> texts.add(new Text(pieces.tokens(text), settings.passage(text))));
        texts.removeIf(text -> text.tokens().length == 0);
        if (texts.size() < FEWEST_TEXTS) {
            throw new IllegalArgumentException(
                    "Only %d of the texts have words that the tokenizer knows, but a static student is learned from at least %d; give more"
                            .formatted(texts.size(), FEWEST_TEXTS));
        }
        Collections.shuffle(texts, new Random(seed));
        return texts;
    }

    private static TokenTable table(List<Text> texts, Vectors vectors) {
        return new TokenTable(texts.stream().map(Text::tokens).toList(), vectors);
    }

    private Vectors vectors(List<Text> texts, int width, EmbeddedTexts.Progress progress)
            throws IOException {
        List<String> prompted = texts.stream().map(Text::prompted).toList();
        return computed(
                TextEmbeddings.of(teacher, task.encoder(), prompted, BATCH_SIZE), width, progress);
    }

    /** Embeds every token as the only one of a text, after the prompt of passages. */
    private Vectors alone(
            ModelDirectory directory, int tokens, int width, EmbeddedTexts.Progress progress)
            throws IOException {
        int[] frame;
        try (TextEncoder encoder =
                TextEncoder.openForTrial(directory, task.encoder().maxLength())) {
            frame = encoder.encode(task.encoder().settings().passage(""), null).ids();
        }
        List<TextEncoder.Tokens> texts =
                IntStream.range(0, tokens)
                        .mapToObj(token -> new TextEncoder.Tokens(within(frame, token)))
                        .toList();
        int[] lengths = texts.stream().mapToInt(TextEncoder.Tokens::length).toArray();
        return computed(
                new TextEmbeddings(
                        teacher,
                        task.encoder().pooling(teacher.inputNames()),
                        TextInputs.of(directory, teacher.inputNames()),
                        texts,
                        BatchOrder.byLength(lengths, TOKEN_BATCH_SIZE)),
                width,
                progress);
    }

    /** Puts a token before the last of the special tokens about an empty text. */
    private static int[] within(int[] frame, int token) {
        int place = Math.max(0, frame.length - 1);
        return IntStream.concat(
                        IntStream.concat(IntStream.of(frame).limit(place), IntStream.of(token)),
                        IntStream.of(frame).skip(place))
                .toArray();
    }

    private Vectors computed(TextEmbeddings texts, int width, EmbeddedTexts.Progress progress) {
        try (NDManager scope = teacher.model().getNDManager().newSubManager()) {
            return new Vectors(texts.values(scope, progress), width).scaled();
        }
    }

    /** Weights vectors of tokens by how rare these are in texts. */
    private static Vectors weighted(Vectors alone, List<Text> texts) {
        long[] counts = new long[alone.size()];
        long all = 0;
        for (Text text : texts) {
            all += text.tokens().length;
            for (int token : text.tokens()) {
                counts[token]++;
            }
        }
        float[] weighted = alone.values().clone();
        for (int i = 0; i < weighted.length; i++) {
            double share = (double) counts[i / alone.width()] / all;
            weighted[i] *= (float) (HALF_WEIGHT / (HALF_WEIGHT + share));
        }
        return new Vectors(weighted, alone.width());
    }
}
