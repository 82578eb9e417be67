/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.tokens;

import ai.djl.modality.nlp.translator.NamedEntity;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Batchifier;
import ai.djl.translate.TranslatorContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.djladapters.data.encoding.EntitySpan;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.data.encoding.TokenEncoder;
import org.djladapters.data.encoding.WindowTranslator;
import org.djladapters.data.encoding.WordText;
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.task.kind.TaskInputs;

/**
 * Finds the entities of texts. An entity is all its words: its {@code index} is the number of its
 * first word, {@code word} the part of the text from {@code start} to before {@code end}, and its
 * score the mean of the probabilities of its words' tags.
 *
 * <p>The pieces of a long text are several rows of a batch.
 */
record TokenTranslator(List<String> labels, TokenEncoder encoder, TextInputs inputs)
        implements WindowTranslator<String, NamedEntity[]> {

    private static final String TEXTS = "texts";

    /** The input of the model if no text has words; its outputs are not used. */
    private static final List<TextEncoder.Tokens> NOTHING = List.of(new TextEncoder.Tokens(0));

    static TokenTranslator of(TokenTask task, TaskInputs inputs) throws IOException {
        return new TokenTranslator(task.labels(), inputs.tokens(task.maxLength()), inputs.texts());
    }

    /** A text with its pieces, which are rows of a batch one after the other. */
    private record Encoded(WordText text, List<TokenEncoder.Piece> pieces) {

        /** Returns the entities of tags with the probabilities of these. */
        NamedEntity[] entities(List<String> tags, double[] probabilities) {
            List<NamedEntity> entities = new ArrayList<>();
            for (EntitySpan span : EntitySpan.of(tags)) {
                int start = text.words().get(span.first()).start();
                int end = text.words().get(span.last()).end();
                double score =
                        Arrays.stream(probabilities, span.first(), span.last() + 1)
                                .average()
                                .orElseThrow();
                entities.add(
                        new NamedEntity(
                                span.type(),
                                (float) score,
                                span.first(),
                                text.text().substring(start, end),
                                start,
                                end));
            }
            return entities.toArray(NamedEntity[]::new);
        }
    }

    @Override
    public Batchifier getBatchifier() {
        return Batchifier.STACK;
    }

    @Override
    public NDList batchProcessInput(TranslatorContext context, List<String> texts) {
        List<Encoded> encoded = new ArrayList<>();
        for (String text : texts) {
            WordText words = WordText.split(text);
            List<TokenEncoder.Piece> pieces = encoder.encode(words);
            WindowTranslator.requireReadable(pieces.size());
            encoded.add(new Encoded(words, pieces));
        }
        context.setAttachment(TEXTS, encoded);
        List<TextEncoder.Tokens> rows =
                encoded.stream()
                        .flatMap(text -> text.pieces().stream())
                        .map(TokenEncoder.Piece::tokens)
                        .toList();
        return inputs.create(context.getNDManager(), rows.isEmpty() ? NOTHING : rows);
    }

    @Override
    public List<NamedEntity[]> batchProcessOutput(TranslatorContext context, NDList outputs) {
        NDArray logits = ModelOutputs.logits(outputs);
        Shape shape = logits.getShape();
        if (shape.dimension() != 3 || shape.get(2) != labels.size()) {
            throw new IllegalStateException(
                    ("The model returns an array of shape %s, but the task needs %d outputs per"
                                    + " token; the adapter or its labels belong to another model")
                            .formatted(shape, labels.size()));
        }
        ModelOutputs.requireFinite(logits);
        float[] probabilities = logits.softmax(2).toFloatArray();
        @SuppressWarnings("unchecked") // set by batchProcessInput
        List<Encoded> texts = (List<Encoded>) context.getAttachment(TEXTS);
        List<NamedEntity[]> entities = new ArrayList<>();
        int row = 0;
        for (Encoded text : texts) {
            entities.add(entities(text, probabilities, row, Math.toIntExact(shape.get(1))));
            row += text.pieces().size();
        }
        return entities;
    }

    private NamedEntity[] entities(Encoded text, float[] probabilities, int firstRow, int width) {
        int words = text.text().words().size();
        List<String> tags = new ArrayList<>(Collections.nCopies(words, EntitySpan.OUTSIDE));
        double[] scores = new double[words];
        int row = firstRow;
        for (TokenEncoder.Piece piece : text.pieces()) {
            for (int i = 0; i < piece.words().length; i++) {
                int word = piece.words()[i];
                int start = (row * width + piece.places()[i]) * labels.size();
                int best = best(probabilities, start);
                tags.set(word, labels.get(best));
                scores[word] = probabilities[start + best];
            }
            row++;
        }
        return text.entities(tags, scores);
    }

    private int best(float[] probabilities, int start) {
        int best = 0;
        for (int i = 1; i < labels.size(); i++) {
            if (probabilities[start + i] > probabilities[start + best]) {
                best = i;
            }
        }
        return best;
    }

    @Override
    public NDList processInput(TranslatorContext context, String text) {
        throw new UnsupportedOperationException("Texts are processed in batches");
    }

    @Override
    public NamedEntity[] processOutput(TranslatorContext context, NDList outputs) {
        throw new UnsupportedOperationException("Texts are processed in batches");
    }
}
