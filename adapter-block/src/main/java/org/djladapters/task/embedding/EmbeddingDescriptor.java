/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.embedding;

import ai.djl.Application;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.data.LabelledData;
import org.djladapters.data.RetrievalData;
import org.djladapters.data.TaskKind;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.kind.PreparedTask;
import org.djladapters.task.kind.RecordedOptions;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskDescriptor;
import org.djladapters.task.kind.TextResult;
import org.djladapters.task.option.TaskOption;
import org.djladapters.task.option.TaskOptions;

/** Vectors of texts. */
public final class EmbeddingDescriptor extends TaskDescriptor {

    public EmbeddingDescriptor() {
        // any pair encoding is refused when a run is prepared
        super(
                TaskKind.EMBEDDING,
                Application.NLP.TEXT_EMBEDDING,
                Stream.of(
                                EmbeddingMeasure.RETRIEVAL,
                                EmbeddingMeasure.SIMILARITY,
                                EmbeddingMeasure.TRIPLETS)
                        .flatMap(List::stream)
                        .toList(),
                TaskOption.EMBEDDING,
                TaskOption.TEACHER,
                TaskOption.GUARD,
                TaskOption.POOLING,
                TaskOption.PAIR_ENCODING);
    }

    @Override
    public String metric(Optional<String> asked, LabelledData dev) {
        List<String> names = EmbeddingMeasure.metrics(dev);
        if (asked.isPresent() && !names.contains(asked.get())) {
            throw new IllegalArgumentException(
                    "Embeddings have no metric '%s' on the data '%s'; choose one of %s"
                            .formatted(asked.get(), dev.source(), String.join(", ", names)));
        }
        return asked.orElse(names.get(0));
    }

    @Override
    public Optional<TextResult<?, ?>> result(boolean pairs) {
        return pairs
                ? Optional.empty()
                : Optional.of(TextResult.of(false, float[].class, EmbeddingDescriptor::nameVector));
    }

    private static void nameVector(float[] vector, JsonObject named) {
        JsonArray numbers = new JsonArray(vector.length);
        for (float number : vector) {
            numbers.add(number);
        }
        named.add("vector", numbers);
    }

    @Override
    public PreparedTask prepare(TaskOptions run) throws IOException {
        if (run.pairEncoding().isPresent()) {
            throw new IllegalArgumentException(
                    "Embeddings take the texts of pairs one by one; leave the pair encoding %s out"
                            .formatted(run.pairEncoding().get()));
        }
        if (run.embedding().miniBatch().isPresent() && run.config().variesInTraining()) {
            throw new IllegalArgumentException(
                    "Mini-batches run every text twice and need the same outputs both times, which"
                            + " dropout changes; leave out one of the two");
        }
        EmbeddingTask task =
                EmbeddingTask.of(
                        run.model(), run.maxLength(), run.embedding(), run.train(), run::note);
        if (!run.embedding().at().isEmpty() && RetrievalData.search(run.dev()).isEmpty()) {
            throw new IllegalArgumentException(
                    "'%s' is measured by its labels or negatives, but the numbers of passages (at) are for a search; leave them out"
                            .formatted(run.dev().source()));
        }
        if (run.guard().isPresent() && RetrievalData.search(run.dev()).isEmpty()) {
            throw new IllegalArgumentException(
                    "'%s' is measured by its labels or negatives, but a guard is for a search; leave it out"
                            .formatted(run.dev().source()));
        }
        task.requireTeachable(run);
        return PreparedTask.withoutHead(
                OneSidedTask.of(pooled(task.prompted(run), run.pooling()), run));
    }

    /** Replaces the pooling of the model's files by the given one. */
    private static EmbeddingTask pooled(EmbeddingTask task, Optional<HeadConfig.Pooling> asked) {
        if (asked.isEmpty()) {
            return task;
        }
        return switch (asked.get()) {
            case MEAN -> task.withPooling(SentenceSettings.Pooling.MEAN);
            case CLS -> task.withPooling(SentenceSettings.Pooling.CLS);
            case CLS_MEAN, POOLER, NONE, SPAN ->
                    throw new IllegalArgumentException(
                            "Embeddings have no pooling '%s'; choose mean or cls, or leave it out"
                                    .formatted(asked.get()));
        };
    }

    @Override
    public Optional<Task> ofData(AdaptedModel model, Optional<RecordedOptions> options)
            throws IOException {
        OptionalInt length = OptionalInt.empty();
        return Optional.of(
                options.isPresent()
                        ? EmbeddingTask.of(model, length, options.get())
                        : EmbeddingTask.of(model, length));
    }
}
