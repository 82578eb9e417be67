/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.langchain4j;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import java.util.List;
import org.djladapters.student.StaticEmbedder;

/**
 * An embedding model of LangChain4j that is a static student, which needs no native library.
 *
 * <pre>{@code
 * EmbeddingModel model =
 *         Langchain4jStaticModel.of(StaticEmbedder.open(Path.of("student")));
 * }</pre>
 */
public final class Langchain4jStaticModel implements EmbeddingModel {

    private final StaticEmbedder student;

    private Langchain4jStaticModel(StaticEmbedder student) {
        this.student = student;
    }

    /**
     * Wraps a student.
     *
     * @param student the student, which embeds texts without prompts
     * @return the embedding model
     */
    public static Langchain4jStaticModel of(StaticEmbedder student) {
        return new Langchain4jStaticModel(student);
    }

    /**
     * Embeds texts.
     *
     * @param segments the texts
     * @return a vector for each; zeros for a text without known tokens
     */
    @Override
    public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
        return Response.from(
                segments.stream()
                        .map(segment -> Embedding.from(student.embed(segment.text())))
                        .toList());
    }

    /**
     * Returns the length of the vectors.
     *
     * @return the number of dimensions
     */
    @Override
    public int dimension() {
        return student.dimensions();
    }
}
