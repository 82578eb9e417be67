/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.classification;

import ai.djl.Application;
import ai.djl.modality.Classifications;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.LabelledTexts;
import org.djladapters.data.TaskKind;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.SentenceSettings;
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

/**
 * Predicting classes or numbers. They are two kinds in one folder, since they differ only in the
 * loss and the metrics, and the labels of the data decide which of them a run is.
 */
public final class LabelDescriptor extends TaskDescriptor {

    public static final LabelDescriptor CLASSIFICATION =
            new LabelDescriptor(
                    TaskKind.CLASSIFICATION,
                    LabelMetrics.OF_CLASSES,
                    TaskOption.NEW_HEAD,
                    TaskOption.AUGMENTATIONS,
                    TaskOption.POOLING,
                    TaskOption.PAIR_ENCODING,
                    TaskOption.CLASS_WEIGHTS,
                    TaskOption.LABEL_SMOOTHING,
                    TaskOption.TEACHER);

    public static final LabelDescriptor REGRESSION =
            new LabelDescriptor(
                    TaskKind.REGRESSION,
                    LabelMetrics.OF_NUMBERS,
                    TaskOption.NEW_HEAD,
                    TaskOption.AUGMENTATIONS,
                    TaskOption.POOLING,
                    TaskOption.PAIR_ENCODING);

    private LabelDescriptor(TaskKind kind, List<String> metrics, TaskOption... options) {
        super(kind, Application.NLP.TEXT_CLASSIFICATION, metrics, options);
    }

    @Override
    public Application application(RecordedOptions options) {
        return options.text(LabelTask.IMAGE_SIZE).isPresent()
                ? Application.CV.IMAGE_CLASSIFICATION
                : super.application(options);
    }

    @Override
    public Optional<TextResult<?, ?>> result(boolean pairs) {
        return Optional.of(
                kind() == TaskKind.REGRESSION
                        ? TextResult.of(
                                pairs,
                                Float.class,
                                (value, named) -> named.addProperty("value", value))
                        : TextResult.ofTop(
                                pairs, Classifications.class, LabelDescriptor::nameClasses));
    }

    private static void nameClasses(Classifications result, int topK, JsonObject named) {
        Classifications.Classification best = result.best();
        named.addProperty("label", best.getClassName());
        named.addProperty("probability", (float) best.getProbability());
        if (topK > 0) {
            JsonObject top = new JsonObject();
            for (Classifications.Classification item :
                    result.<Classifications.Classification>topK(
                            Math.min(topK, result.getClassNames().size()))) {
                top.addProperty(item.getClassName(), (float) item.getProbability());
            }
            named.add("top", top);
        }
    }

    @Override
    public PreparedTask prepare(TaskOptions run) throws IOException {
        LabelTask.requireLabels(run.train());
        LabelSpace labels =
                run.task().isEmpty()
                        ? LabelSpace.of(run.train())
                        : LabelSpace.of(run.train(), run.task().get());
        LabelDescriptor found = labels.kind() == TaskKind.REGRESSION ? REGRESSION : CLASSIFICATION;
        TaskOption.requireTaken(found.kind(), found.options(), run);
        // refuses an unknown metric before the model runs
        found.metric(run.metric());
        return prepare(run, labels, task -> task);
    }

    /**
     * Prepares a run for labels, whatever they mean.
     *
     * @param made makes the task of one that says how the texts or images are read
     */
    public static PreparedTask prepare(
            TaskOptions run, LabelSpace labels, Function<LabelTask, Task> made) throws IOException {
        ModelDirectory directory = TaskInputs.directory(run.model());
        LabelTask described = describe(run, labels, directory);
        HeadConfig.PairEncoding encoding = pairEncoding(run, directory);
        TaskHead head =
                TaskHead.choose(
                        run.model(),
                        described.imageSize().orElse(0),
                        pooling(run, directory, encoding),
                        encoding,
                        labels,
                        run.newHead());
        requireHonoured(run, head.pairEncoding());
        LabelSpace ordered = head.order(labels, directory, run::note);
        LabelTask task =
                described
                        .withLabels(ordered)
                        .withPairEncoding(head.pairEncoding())
                        .withClassLoss(ClassLoss.of(run, ordered));
        return new PreparedTask(
                made.apply(task), head, pooling(run, directory, HeadConfig.PairEncoding.CROSS));
    }

    private static LabelTask describe(TaskOptions run, LabelSpace labels, ModelDirectory directory)
            throws IOException {
        if (run.train() instanceof LabelledTexts texts) {
            TextInputs.check(run.model().inputNames());
            TaskOption.AUGMENTATIONS.requireAbsent(labels.kind(), run);
            return LabelTask.ofText(labels, directory, run.maxLength(), texts.isPairs());
        }
        LabelTask.requireImages(run.model(), run.train());
        return LabelTask.ofImages(labels, directory, run.imageSize());
    }

    /** Returns the encoding of pairs: one text by one only for encoders of single texts. */
    private static HeadConfig.PairEncoding pairEncoding(TaskOptions run, ModelDirectory directory) {
        boolean pairs = run.train() instanceof LabelledTexts texts && texts.isPairs();
        if (run.pairEncoding().isPresent()) {
            HeadConfig.PairEncoding asked = run.pairEncoding().get();
            if (asked == HeadConfig.PairEncoding.BI && !pairs) {
                throw new IllegalArgumentException(
                        "'%s' holds no pairs of texts; leave the pair encoding %s out"
                                .formatted(run.train().source(), asked));
            }
            return asked;
        }
        return pairs && SentenceSettings.describes(directory)
                ? HeadConfig.PairEncoding.BI
                : HeadConfig.PairEncoding.CROSS;
    }

    private static void requireHonoured(TaskOptions run, HeadConfig.PairEncoding encoding) {
        if (!run.pairEncoding().orElse(encoding).equals(encoding)) {
            throw new IllegalArgumentException(
                    ("The model's own head takes a pair of texts as one sequence (%s); choose this"
                                    + " pair encoding, or a model exported for feature-extraction,"
                                    + " which gets a new head")
                            .formatted(encoding));
        }
    }

    private static HeadConfig.Pooling pooling(
            TaskOptions run, ModelDirectory directory, HeadConfig.PairEncoding encoding)
            throws IOException {
        if (run.pooling().isPresent()) {
            return run.pooling().get();
        }
        boolean texts = run.train() instanceof LabelledTexts;
        if (!texts && directory.traits().ownVector()) {
            return HeadConfig.Pooling.POOLER;
        }
        boolean first =
                !texts
                        || (encoding == HeadConfig.PairEncoding.BI
                                && SentenceSettings.of(directory, note -> {}).pooling()
                                        == SentenceSettings.Pooling.CLS);
        return first ? HeadConfig.Pooling.CLS : HeadConfig.Pooling.MEAN;
    }

    @Override
    public Optional<Task> ofAdapter(AdaptedModel model, Adapter adapter, RecordedOptions options)
            throws IOException {
        return LabelTask.of(model, adapter).map(Task.class::cast);
    }

    @Override
    public Optional<Task> ofLabels(ModelDirectory directory, List<String> labels)
            throws IOException {
        return Optional.of(LabelTask.ofServed(directory, labels));
    }
}
