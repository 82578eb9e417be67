/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.answers;

import ai.djl.huggingface.translator.QuestionAnsweringTranslatorFactory;
import ai.djl.modality.nlp.qa.QAInput;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.djladapters.data.AnswerData;
import org.djladapters.data.AnswerDataset;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.encoding.AnswerEncoder;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.task.kind.Batching;
import org.djladapters.task.kind.Measuring;
import org.djladapters.task.kind.MergedServing;
import org.djladapters.task.kind.RecordedOptions;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskHead;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.kind.TaskLoss;
import org.djladapters.task.kind.TypedTranslator;
import org.djladapters.task.metric.EvaluationListener;

/**
 * Answering questions with a part of a text.
 *
 * @param maxLength the largest number of tokens of a window, question and special tokens included
 * @param stride how many tokens of a text two windows share, at most half of what they have of it
 * @param unanswerable whether there may be no answer
 */
record AnswerTask(int maxLength, int stride, boolean unanswerable) implements Task {

    private static final String STRIDE = "doc_stride";
    private static final String UNANSWERABLE = "unanswerable";

    /** The same in the properties of a merged model. */
    private static final String SERVED_STRIDE = "docStride";

    /**
     * Describes answers to questions such as those of the training data.
     *
     * @throws IllegalArgumentException if the data hold no questions
     */
    static AnswerTask of(
            ModelDirectory model, OptionalInt maxLength, OptionalInt stride, LabelledData train)
            throws IOException {
        return new AnswerTask(
                TextEncoder.maxLength(model, maxLength),
                stride.orElse(AnswerEncoder.DEFAULT_STRIDE),
                requireQuestions(train).hasUnanswerable());
    }

    /** Reads the options that a run has recorded. */
    static AnswerTask of(ModelDirectory model, RecordedOptions options) throws IOException {
        return new AnswerTask(
                TextEncoder.maxLength(model, options.maxLength()),
                options.number(STRIDE).orElse(AnswerEncoder.DEFAULT_STRIDE),
                options.flag(UNANSWERABLE));
    }

    /** Describes a merged model, or one from elsewhere with a head of its own. */
    static AnswerTask ofExport(ModelDirectory model) throws IOException {
        Map<String, String> options = new LinkedHashMap<>();
        model.servingProperty(SERVED_STRIDE).ifPresent(value -> options.put(STRIDE, value));
        model.servingProperty(UNANSWERABLE).ifPresent(value -> options.put(UNANSWERABLE, value));
        return of(model, new RecordedOptions(options));
    }

    private static AnswerData requireQuestions(LabelledData data) {
        return Task.require(
                AnswerData.class,
                data,
                "'%s' holds no questions with answers; give a JSON file of the form of SQuAD, or"
                        + " AnswerData");
    }

    @Override
    public TaskKind kind() {
        return TaskKind.QUESTION_ANSWERING;
    }

    @Override
    public Map<String, ?> options() {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put(RecordedOptions.MAX_LENGTH, maxLength);
        options.put(STRIDE, stride);
        options.put(UNANSWERABLE, unanswerable);
        return options;
    }

    @Override
    public AnswerDataset dataset(AdaptedModel model, LabelledData data, Batching batching)
            throws IOException {
        return batching.set(AnswerDataset.builder(), model, maxLength)
                .setData(requireQuestions(data))
                .optStride(stride)
                .build();
    }

    @Override
    public Loss loss() {
        return TaskLoss.ofSpans();
    }

    @Override
    public float backward(Trainer trainer, Batch batch) {
        return Task.singlePass(trainer, batch, AnswerTask::logits);
    }

    /**
     * Finds the logits of starts and ends among a model's outputs: two of these names, or else two
     * of shape (B, T), or one of shape (B, T, 2).
     *
     * @return two arrays, float32 of shape (B, T)
     */
    static NDList logits(NDList outputs) {
        NDArray starts = outputs.get(TaskHead.START_LOGITS);
        NDArray ends = outputs.get(TaskHead.END_LOGITS);
        if (starts == null || ends == null) {
            boolean two = outputs.size() > 1 && outputs.get(0).getShape().dimension() == 2;
            NDArray first = two ? outputs.get(0) : ModelOutputs.logits(outputs);
            starts = two ? first : first.get("..., 0");
            ends = two ? outputs.get(1) : first.get("..., 1");
        }
        return new NDList(ModelOutputs.inFloat32(starts), ModelOutputs.inFloat32(ends));
    }

    @Override
    public Measure measure(AdaptedModel model, LabelledData data, int batchSize)
            throws IOException {
        AnswerData questions = requireQuestions(data);
        AnswerDataset dataset = dataset(model, data, Batching.inOrder(batchSize));
        return listener -> {
            List<Answer> answers = answers(model, questions, dataset, listener);
            Measuring.tell(
                    listener,
                    data,
                    row -> answers.get(row).text(),
                    row -> OptionalDouble.of(answers.get(row).score()));
            List<String> texts = answers.stream().map(Answer::text).toList();
            listener.onColumns(AnswerMetrics.ofEach(questions, texts));
            return AnswerMetrics.of(questions, texts);
        };
    }

    private List<Answer> answers(
            AdaptedModel model,
            AnswerData questions,
            AnswerDataset dataset,
            EvaluationListener listener) {
        List<AnswerSearch> searches = new ArrayList<>(questions.size());
        for (AnswerDataset.Example example : dataset.examples()) {
            if (example.row() == searches.size()) { // the windows of a question follow one another
                String context = questions.rows().get(example.row()).context();
                searches.add(new AnswerSearch(context, example.encoded()));
            }
        }
        Measuring.forEachBatch(
                model,
                dataset,
                listener,
                batch -> {
                    List<AnswerDataset.Example> examples =
                            batch.getIndices().stream()
                                    .map(index -> dataset.examples().get((Integer) index))
                                    .toList();
                    search(
                            examples.stream().map(AnswerDataset.Example::window).toList(),
                            examples.stream().map(example -> searches.get(example.row())).toList(),
                            model.predict(batch.getData()));
                });
        return searches.stream().map(search -> search.answer(unanswerable)).toList();
    }

    /**
     * Adds the outputs for some windows to the searches that they belong to.
     *
     * @throws ArithmeticException if the outputs are not finite
     */
    static void search(
            List<AnswerEncoder.Window> windows, List<AnswerSearch> searches, NDList outputs) {
        NDList logits = logits(outputs);
        float[][] starts = rows(logits.get(0));
        float[][] ends = rows(logits.get(1));
        for (int i = 0; i < windows.size(); i++) {
            searches.get(i).with(windows.get(i), starts[i], ends[i]);
        }
    }

    private static float[][] rows(NDArray logits) {
        ModelOutputs.requireFinite(logits);
        float[] values = logits.toFloatArray();
        int width = Math.toIntExact(logits.getShape().get(1));
        float[][] rows = new float[values.length / width][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Arrays.copyOfRange(values, i * width, (i + 1) * width);
        }
        return rows;
    }

    @Override
    public List<TypedTranslator> translators(TaskInputs inputs) {
        return List.of(
                new TypedTranslator(
                        QAInput.class,
                        Answer.class,
                        () ->
                                new AnswerTranslator(
                                        inputs.texts(),
                                        inputs.answers(maxLength, stride),
                                        unanswerable)));
    }

    @Override
    public Optional<MergedServing> serving(ModelDirectory directory, List<String> inputNames) {
        Map<String, String> properties = MergedServing.ofTexts(maxLength, inputNames);
        properties.put(MergedServing.FACTORY, QuestionAnsweringTranslatorFactory.class.getName());
        properties.put("truncation", "only_second");
        properties.put(SERVED_STRIDE, Integer.toString(stride));
        properties.put(UNANSWERABLE, Boolean.toString(unanswerable));
        return Optional.of(
                new MergedServing(
                        properties,
                        "QAInput",
                        "String",
                        "the words of an answer in the first " + maxLength + " tokens, never none",
                        "Answer",
                        "the best answer of the whole text, with its place"));
    }
}
