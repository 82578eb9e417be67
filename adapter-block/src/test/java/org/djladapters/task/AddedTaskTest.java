/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Application;
import ai.djl.training.loss.Loss;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.data.BatchedDataset;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TextData;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.classification.LabelTask;
import org.djladapters.task.kind.Batching;
import org.djladapters.task.kind.PreparedTask;
import org.djladapters.task.kind.RecordedOptions;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskDescriptor;
import org.djladapters.task.kind.TaskHead;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.kind.TextResult;
import org.djladapters.task.kind.TypedTranslator;
import org.djladapters.task.option.TaskOptions;
import org.djladapters.tuning.FineTuner;
import org.djladapters.tuning.FineTuningResult;
import org.djladapters.tuning.Runs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task that is only listed is read, trained, measured, saved and loaded, as the page says. */
class AddedTaskTest {

    /** Whether a line of text is a question. */
    private static final TaskKind QUESTIONS = new TaskKind("QUESTIONS", AddedTaskTest::read);

    private static final LabelSpace ANSWERS =
            new LabelSpace(TaskKind.CLASSIFICATION, List.of("no", "yes"));

    @TempDir private Path folder;
    private AutoCloseable listed;

    @BeforeEach
    void list() {
        listed = Tasks.with(new QuestionDescriptor());
    }

    @AfterEach
    void unlist() throws Exception {
        listed.close();
    }

    private static TextData read(Path file) throws IOException {
        return TextData.of(
                Files.readAllLines(file).stream()
                        .map(line -> TextData.Row.of(line.endsWith("?") ? "yes" : "no", line))
                        .toList());
    }

    /** The task: batches and translators of classes, a measurement of its own. */
    private record QuestionTask(LabelTask classes) implements Task {

        @Override
        public TaskKind kind() {
            return QUESTIONS;
        }

        @Override
        public BatchedDataset dataset(AdaptedModel model, LabelledData data, Batching batching)
                throws IOException {
            return classes.dataset(model, data, batching);
        }

        @Override
        public Loss loss() {
            return classes.loss();
        }

        @Override
        public Measure measure(AdaptedModel model, LabelledData data, int batchSize)
                throws IOException {
            Measure measure = classes.measure(model, data, batchSize);
            return listener -> Map.of("wrong", 1 - measure.metrics(listener).get("accuracy"));
        }

        @Override
        public Map<String, ?> options() {
            return classes.options();
        }

        @Override
        public List<TypedTranslator> translators(TaskInputs inputs) {
            return classes.translators(inputs);
        }
    }

    private static final class QuestionDescriptor extends TaskDescriptor {

        QuestionDescriptor() {
            super(QUESTIONS, Application.NLP.TEXT_CLASSIFICATION, List.of("wrong"));
        }

        @Override
        public Set<String> lowerIsBetter() {
            return Set.of("wrong");
        }

        @Override
        public Optional<TextResult<?, ?>> result(boolean pairs) {
            return Optional.of(
                    TextResult.of(
                            pairs,
                            String.class,
                            (answer, named) -> named.addProperty("question", answer)));
        }

        @Override
        public PreparedTask prepare(TaskOptions run) throws IOException {
            HeadConfig.Pooling pooling = HeadConfig.Pooling.MEAN;
            TaskHead head =
                    TaskHead.choose(
                            run.model(),
                            0,
                            pooling,
                            HeadConfig.PairEncoding.CROSS,
                            ANSWERS,
                            run.newHead());
            return new PreparedTask(task(run.model(), run.maxLength()), head, pooling);
        }

        @Override
        public Optional<Task> recorded(AdaptedModel model, Adapter adapter, RecordedOptions options)
                throws IOException {
            return Optional.of(task(model, options.maxLength()));
        }

        private static QuestionTask task(AdaptedModel model, OptionalInt maxLength)
                throws IOException {
            return new QuestionTask(
                    LabelTask.ofText(ANSWERS, TaskInputs.directory(model), maxLength, false));
        }
    }

    @Test
    void isReadTrainedMeasuredSavedAndLoaded() throws IOException {
        Path file = folder.resolve("lines.txt");
        Files.writeString(file, "a b c\nm n ?\na c\nn m n ?\nb b\nm m ?\nc a b\nn n ?\n");
        LabelledData data = LabelledData.read(file, QUESTIONS);
        Path output = folder.resolve("adapter");
        FineTuningResult result;
        try (AdaptedModel model = Runs.open("tiny-bert")) {
            result = tuner(model, data, output).optMaxLength(8).build().run();
        }
        assertThat(result.metrics()).containsOnlyKeys("wrong");
        assertThat(result.provenance().options())
                .containsEntry("task", "QUESTIONS")
                .containsEntry("max_length", "8")
                .containsEntry("metric", "wrong");
        assertThat(Tasks.application(output)).isEqualTo(Application.NLP.TEXT_CLASSIFICATION);
        assertThat(Evaluator.task(output)).contains(QUESTIONS);

        try (AdaptedModel model = Runs.open("tiny-bert")) {
            assertThat(Evaluator.evaluate(model, output, data)).isEqualTo(result.metrics());
            Adapter loaded = AdapterDirectory.load(model, "questions", output);
            Task task = Tasks.of(model, loaded).orElseThrow();
            assertThat(task).isInstanceOf(QuestionTask.class);
            assertThat(((QuestionTask) task).classes().maxLength()).hasValue(8);
        }
    }

    @Test
    void refusesTheOptionsOfOtherTasksAndOtherMetrics() throws IOException {
        Path file = Files.writeString(folder.resolve("lines.txt"), "a b c\nm n ?\n");
        LabelledData data = LabelledData.read(file, QUESTIONS);
        try (AdaptedModel model = Runs.open("tiny-bert")) {
            FineTuner stride = tuner(model, data, folder.resolve("a")).optDocStride(4).build();
            assertThatThrownBy(stride::run)
                    .hasMessageContaining("but this is questions; leave the stride out");
            FineTuner metric =
                    tuner(model, data, folder.resolve("a")).optMetric("accuracy").build();
            assertThatThrownBy(metric::run)
                    .hasMessageContaining("A questions has no metric 'accuracy'");
        }
    }

    @Test
    @SuppressWarnings("unchecked") // the result of this task is a text
    void namesWhatItPredicts() {
        TextResult<?, String> result =
                (TextResult<?, String>) Tasks.of(QUESTIONS).result(false).orElseThrow();
        JsonObject named = new JsonObject();
        result.naming().add("yes", 0, named);
        assertThat(named).hasToString("{\"question\":\"yes\"}");
    }

    private static FineTuner.Builder tuner(AdaptedModel model, LabelledData data, Path output) {
        return Runs.builder(model, "tiny-bert", data, data, output).optTask(QUESTIONS).optEpochs(1);
    }
}
