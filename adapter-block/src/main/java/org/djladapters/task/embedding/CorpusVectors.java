/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.embedding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.PlainNumber;
import org.djladapters.io.Sha256;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.vectors.VectorTable;

/**
 * The vectors of an index, which passages keep while queries are learned. They are believed if they
 * are those of the base model: the fingerprint of its weights says so, and some texts are embedded
 * again.
 *
 * @param texts the passages, with their prompt
 */
record CorpusVectors(List<String> texts, VectorTable table) {

    /** How many texts are embedded again, besides the longest one. */
    private static final int SAMPLE = 8;

    /**
     * The smallest cosine to a text's vector of now. Vectors in bfloat16 or int8 are nearer than
     * that; those of another model, prompt or length are not.
     */
    private static final double SAME = 0.98;

    /**
     * Reads a file and checks it.
     *
     * @throws IOException if there is no such file, or it is malformed
     * @throws IllegalArgumentException if its vectors are not those of the base model
     */
    static CorpusVectors read(Path file, AdaptedModel model, SentenceEncoder encoder)
            throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(
                    "There is no file '%s' of vectors of a corpus; embed writes one"
                            .formatted(file));
        }
        VectorTable table = VectorTable.read(file);
        List<String> texts =
                table.texts()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "'%s' has vectors without their texts, so it can't be told which belong to queries; give a file with texts"
                                                        .formatted(file)));
        requireModel(file, table, TaskInputs.directory(model));
        List<String> prompted = texts.stream().map(encoder.settings()::passage).toList();
        CorpusVectors vectors = new CorpusVectors(prompted, table);
        vectors.requireSame(file, texts, new FrozenTexts(model, encoder));
        return vectors;
    }

    private static void requireModel(Path file, VectorTable table, ModelDirectory model)
            throws IOException {
        String weights = table.provenance().get(VectorTable.MODEL_SHA256);
        if (weights != null && !weights.equals(Sha256.of(model.weightFiles()))) {
            throw new IllegalArgumentException(
                    "The vectors of '%s' are of another model; embed the corpus with '%s'"
                            .formatted(file, model.path()));
        }
        if (table.provenance().containsKey(VectorTable.ADAPTER_SHA256)) {
            throw new IllegalArgumentException(
                    "The vectors of '%s' are of an adapter, but passages keep those of the base model; embed the corpus without it"
                            .formatted(file));
        }
    }

    private void requireSame(Path file, List<String> bare, FrozenTexts now) {
        int[] places = sample();
        float[] expected =
                now.values(IntStream.of(places).mapToObj(texts::get).toList(), done -> {});
        int width = expected.length / places.length;
        if (table.width() != width) {
            throw new IllegalArgumentException(
                    "The vectors of '%s' have %d dimensions, those of the model %d; give vectors of this model"
                            .formatted(file, table.width(), width));
        }
        for (int i = 0; i < places.length; i++) {
            float[] known = Arrays.copyOfRange(expected, i * width, (i + 1) * width);
            float cosine = Similarities.cosine(known, table.row(places[i]));
            if (!(cosine >= SAME)) {
                throw new IllegalArgumentException(
                        "The vector of '%s' in '%s' is not the one of this model: their cosine is %s; embed the corpus with this model, prompt and maximum length"
                                .formatted(bare.get(places[i]), file, PlainNumber.of(cosine)));
            }
        }
    }

    /** Chooses texts here and there, and the longest one, which another maximum length changes. */
    private int[] sample() {
        IntStream all = IntStream.range(0, texts.size());
        int longest = all.reduce(0, (i, j) -> length(j) > length(i) ? j : i);
        int step = (texts.size() + SAMPLE - 1) / SAMPLE;
        return IntStream.range(0, texts.size())
                .filter(i -> i % step == 0 || i == longest)
                .toArray();
    }

    private int length(int place) {
        return texts.get(place).length();
    }

    /** Makes the vectors known. */
    void addTo(FrozenTexts frozen) {
        for (int i = 0; i < texts.size(); i++) {
            frozen.put(texts.get(i), table.row(i));
        }
    }
}
