/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.reranking;

import ai.djl.Application;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.checkpoint.head.OwnHead;
import org.djladapters.checkpoint.head.ScoreActivation;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.kind.PreparedTask;
import org.djladapters.task.kind.RecordedOptions;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskDescriptor;
import org.djladapters.task.kind.TaskHead;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.kind.TextResult;
import org.djladapters.task.option.TaskOption;
import org.djladapters.task.option.TaskOptions;

/** Scoring how relevant passages are to queries. */
public final class RerankingDescriptor extends TaskDescriptor {

    public RerankingDescriptor() {
        super(
                TaskKind.RERANKING,
                Application.NLP.TEXT_CLASSIFICATION,
                RankingMetrics.NAMES,
                TaskOption.NEW_HEAD,
                TaskOption.POOLING);
    }

    @Override
    public Optional<TextResult<?, ?>> result(boolean pairs) {
        return pairs
                ? Optional.of(
                        TextResult.of(
                                true,
                                Float.class,
                                (value, named) -> named.addProperty("score", value)))
                : Optional.empty();
    }

    /** Decides by what the data show: an order of candidates, or scores of single pairs. */
    @Override
    public String metric(Optional<String> asked, LabelledData dev) {
        List<String> names = RerankingTask.metrics(dev);
        if (asked.isPresent() && !names.contains(asked.get())) {
            throw new IllegalArgumentException(
                    "Reranking has no metric '%s' on the data '%s'; choose one of %s"
                            .formatted(asked.get(), dev.source(), String.join(", ", names)));
        }
        return asked.orElse(names.get(0));
    }

    @Override
    public PreparedTask prepare(TaskOptions run) throws IOException {
        TextInputs.check(run.model().inputNames());
        RerankingTask task =
                RerankingTask.of(TaskInputs.directory(run.model()), run.maxLength(), run.train());
        if (task.judges()) {
            run.note("The model judges pairs by its own tokens, so no head is trained");
            return PreparedTask.withoutHead(task);
        }
        HeadConfig.Pooling pooling = run.pooling().orElse(HeadConfig.Pooling.MEAN);
        TaskHead head =
                TaskHead.choose(
                        run.model(),
                        0,
                        pooling,
                        HeadConfig.PairEncoding.CROSS,
                        RerankingTask.SPACE,
                        run.newHead());
        return new PreparedTask(task, head, pooling);
    }

    @Override
    public Optional<Task> recorded(AdaptedModel model, Adapter adapter, RecordedOptions options)
            throws IOException {
        return Optional.of(RerankingTask.of(TaskInputs.directory(model), options));
    }

    /**
     * Recognizes an adapter of a cross-encoder without a head of its own. A classifier that PEFT
     * saved with such an adapter still gives scores.
     */
    @Override
    public Optional<Task> ofAdapter(AdaptedModel model, Adapter adapter, RecordedOptions options)
            throws IOException {
        if (adapter.headConfig().isPresent()
                || OutputLabels.areOfTokens(model, adapter)
                || !OwnHead.givesScores(model)) {
            return Optional.empty();
        }
        boolean scores =
                !OutputLabels.areGivenBy(adapter)
                        || (options.kind().isEmpty()
                                && OutputLabels.of(model, adapter)
                                        .filter(List::isEmpty)
                                        .isPresent());
        return scores ? ofOwnHead(model) : Optional.empty();
    }

    @Override
    public Optional<Task> ofTranslator(ModelDirectory directory) throws IOException {
        Map<String, String> arguments = directory.servingArguments();
        // without the sigmoid the numbers may be those of a regression, or of classes of pairs
        boolean scores =
                !"false".equals(arguments.get("sigmoid"))
                        || (ScoreActivation.of(directory) == ScoreActivation.IDENTITY
                                && directory.problemType().isEmpty());
        return Boolean.parseBoolean(arguments.get("reranking")) && scores
                ? Optional.of(RerankingTask.of(directory, RecordedOptions.NONE))
                : Optional.empty();
    }

    @Override
    public Optional<Task> ofOwnHead(AdaptedModel model) throws IOException {
        ModelDirectory directory = TaskInputs.directory(model);
        return OwnHead.givesScores(model)
                ? Optional.of(
                        RerankingTask.of(directory, TextEncoder.maxLengthOfTokenizer(directory)))
                : Optional.empty();
    }
}
