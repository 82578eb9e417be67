/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.io.Internal;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.embedding.SentenceEncoder;
import org.djladapters.task.embedding.SentenceTranslator;
import org.djladapters.task.option.AdaptedTexts;

/**
 * Embeds texts with one adapter of a model, no matter which adapters are active, for the embedding
 * models of other libraries. Safe for threads.
 */
@Internal
public final class TextEmbedder implements AutoCloseable {

    /**
     * Tokens of a batch, padding included, unless a single text has more: smaller batches take more
     * time for each text, larger ones compute the products no faster, but have more padding.
     */
    private static final int TOKENS_OF_A_BATCH = 1024;

    private final AdaptedModel model;
    private final String adapterName;
    private final ModelDirectory directory;
    private final Versions<Version> versions;

    /** Computed on first use; 0 before. */
    private volatile int dimension;

    private volatile boolean closed;

    /**
     * The vectors of texts.
     *
     * @param vectors one of each text, in the order of the texts
     * @param tokens the number of tokens of all texts, prompts included, that the model reads,
     *     without those that only begin and end a sequence
     */
    public record Embeddings(List<float[]> vectors, int tokens) {}

    /** What texts are in a search. An adapter may be for one of these alone. */
    public enum Role {
        /** What is searched for. */
        QUERY,
        /** What is found. */
        PASSAGE,
        /** Either, or something else. */
        ANY
    }

    /** How an adapter embeds. */
    private static final class Version implements Versions.Version {

        private final TaskModel<String, float[]> task;
        private final SentenceSettings settings;

        /** Adds no prompt to those that texts have. */
        private final SentenceTranslator translator;

        private final Predictor<String, float[]> predictor;
        private final AdaptedTexts adapted;

        /** Embeds what the adapter is not for. */
        private final Optional<TaskModel<String, float[]>> base;

        private final Optional<Predictor<String, float[]>> basePredictor;

        /** The number of tokens of a sequence besides those of its text. */
        private final int specialTokens;

        private Version(TaskModel<String, float[]> task, Optional<TaskModel<String, float[]>> base)
                throws IOException {
            this.task = task;
            this.base = base;
            adapted = task.adaptedTexts();
            SentenceEncoder sentences = task.sentenceEncoder();
            settings = sentences.settings();
            translator = sentences.withoutPrompts().translator(task.inputs());
            specialTokens = translator.specialTokens();
            predictor = task.newPredictor(translator);
            basePredictor = base.map(model -> model.newPredictor(translator));
        }

        static Version open(AdaptedModel model, String adapterName) throws IOException {
            TaskModel<String, float[]> task = vectors(model, adapterName);
            try {
                boolean some =
                        task.adaptedTexts() != AdaptedTexts.BOTH
                                && !adapterName.equals(AdaptedModel.BASE);
                return new Version(
                        task,
                        some ? Optional.of(vectors(model, AdaptedModel.BASE)) : Optional.empty());
            } catch (IOException | RuntimeException e) {
                task.close();
                throw e;
            }
        }

        private static TaskModel<String, float[]> vectors(AdaptedModel model, String adapterName)
                throws IOException {
            return TaskModel.beside(
                    model, String.class, float[].class, adapterName, Replacement.KEEP);
        }

        /** Returns what embeds texts. */
        Predictor<String, float[]> predictor(Role role) {
            boolean own = role == Role.QUERY ? adapted.queries() : adapted.passages();
            return own
                    ? predictor
                    : basePredictor.orElseThrow(
                            () ->
                                    new IllegalArgumentException(
                                            "The model was merged with an adapter of %s texts alone; embed others with the model that the adapter was trained on"
                                                    .formatted(adapted)));
        }

        /** Returns what texts begin with where nothing is asked for. */
        String prompt(Role role) {
            if (adapted == AdaptedTexts.BOTH) {
                return settings.prompt();
            }
            return role == Role.QUERY ? settings.queryPrompt() : settings.passagePrompt();
        }

        @Override
        public void close() {
            basePredictor.ifPresent(Predictor::close);
            base.ifPresent(TaskModel::close);
            predictor.close();
            task.close();
        }
    }

    private TextEmbedder(AdaptedModel model, String adapterName, Replacement replacement)
            throws IOException {
        this.model = model;
        this.adapterName = adapterName;
        versions =
                new Versions<>(
                        model,
                        Versions.named(adapterName),
                        replacement,
                        adapters -> Version.open(model, adapterName));
        directory = model.directory().orElseThrow();
    }

    /**
     * Opens an adapter for texts.
     *
     * @param model a model that was opened from a directory; it is not closed with the embedder
     * @param adapterName one of its adapters, {@link AdaptedModel#BASE} for the base model
     * @throws IOException if the tokenizer or a file of the adapter is malformed, or {@code
     *     serving.properties} has an entry that only DJL's own translator follows
     * @throws IllegalArgumentException if there is no such adapter, or it gives no embeddings
     */
    public static TextEmbedder open(AdaptedModel model, String adapterName, Replacement replacement)
            throws IOException {
        return new TextEmbedder(model, adapterName, replacement);
    }

    /**
     * Finds a prompt.
     *
     * @param nameOrText the name of a prompt of the model, or else the prompt itself; null for the
     *     one that texts have that are neither queries nor passages, or that of their role if the
     *     adapter is for one role alone
     * @return gives the text that texts begin with; empty for the default
     */
    public Optional<Function<SentenceSettings, String>> prompt(String nameOrText)
            throws IOException {
        if (nameOrText == null) {
            return Optional.empty();
        }
        String prompt = SentenceSettings.prompt(directory, nameOrText);
        return Optional.of(settings -> prompt);
    }

    /**
     * Embeds texts in batches of about equal lengths.
     *
     * @param role what they are; texts that the adapter is not for get vectors of the base model
     * @param prompt gives the beginning of every text, as {@link #prompt} finds it
     * @return a vector for every text, all of one adapter; none for no texts
     * @throws IllegalArgumentException if a text is null or blank: its vector would mean nothing;
     *     or if the adapter is for one role alone and the texts have none
     * @throws IllegalStateException if this or the model was closed, the adapter was deleted, or
     *     while others are merged or adapters are disabled
     */
    public Embeddings embed(
            List<String> texts, Role role, Optional<Function<SentenceSettings, String>> prompt) {
        requireOpen();
        requireTexts(texts);
        return versions.use(version -> embed(texts, role, prompt, version));
    }

    private Embeddings embed(
            List<String> texts,
            Role role,
            Optional<Function<SentenceSettings, String>> prompt,
            Version version) {
        if (role == Role.ANY && version.adapted != AdaptedTexts.BOTH) {
            throw new IllegalArgumentException(
                    "Adapter '%s' is for %s texts alone; say whether texts are queries or passages"
                            .formatted(adapterName, version.adapted));
        }
        Predictor<String, float[]> predictor = version.predictor(role);
        String begin =
                prompt.map(known -> known.apply(version.settings))
                        .orElseGet(() -> version.prompt(role));
        List<String> whole = texts.stream().map(text -> begin + text).toList();
        int[] lengths =
                whole.stream().mapToInt(text -> version.translator.tokens(text).length()).toArray();
        List<Integer> order =
                IntStream.range(0, lengths.length)
                        .boxed()
                        .sorted(Comparator.comparingInt(i -> lengths[i]))
                        .toList();
        float[][] vectors = new float[lengths.length][];
        int start = 0;
        while (start < order.size()) {
            List<Integer> batch = order.subList(start, end(start, order, lengths));
            List<float[]> found = predict(predictor, batch.stream().map(whole::get).toList());
            for (int i = 0; i < found.size(); i++) {
                vectors[batch.get(i)] = found.get(i);
            }
            start += batch.size();
        }
        int tokens = IntStream.of(lengths).map(length -> length - version.specialTokens).sum();
        return new Embeddings(List.of(vectors), tokens);
    }

    /** Returns where the batch ends that begins at a place of texts from short to long. */
    private static int end(int start, List<Integer> order, int[] lengths) {
        int end = start + 1;
        while (end < order.size()
                && (end + 1 - start) * lengths[order.get(end)] <= TOKENS_OF_A_BATCH) {
            end++;
        }
        return end;
    }

    private static List<float[]> predict(Predictor<String, float[]> predictor, List<String> texts) {
        try {
            return TaskPredictor.inBatches(predictor, texts);
        } catch (TranslateException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static void requireTexts(List<String> texts) {
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i);
            if (text == null || text.isBlank()) {
                throw new IllegalArgumentException(
                        "Text %d of %d is %s; leave it out"
                                .formatted(i + 1, texts.size(), text == null ? "null" : "empty"));
            }
        }
    }

    private void requireOpen() {
        if (closed || !model.model().getNDManager().isOpen()) {
            throw new IllegalStateException("The embedding model was closed");
        }
    }

    /** Returns the length of the vectors. */
    public int dimension() {
        if (dimension == 0) {
            dimension =
                    embed(List.of("length"), Role.QUERY, Optional.of(settings -> ""))
                            .vectors()
                            .get(0)
                            .length;
        }
        return dimension;
    }

    /**
     * Returns a name for the model with this adapter.
     *
     * @return the model's name, with the adapter's behind a slash unless it is the base model
     */
    public String name() {
        String base = directory.name();
        return adapterName.equals(AdaptedModel.BASE) ? base : base + "/" + adapterName;
    }

    /** Releases the tokenizers. The model stays open. */
    @Override
    public void close() {
        closed = true;
        versions.close();
    }
}
