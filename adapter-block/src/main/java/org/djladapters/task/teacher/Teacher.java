/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.teacher;

import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;
import ai.djl.util.StringPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.djladapters.adapter.Adapter;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.data.BatchedDataset;
import org.djladapters.data.LabelledData;
import org.djladapters.data.PairData;
import org.djladapters.data.PairDataset;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TeacherOutputs;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.ModelLocation;
import org.djladapters.hub.OpenOptions;
import org.djladapters.io.Sha256;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.task.TaskModel;
import org.djladapters.task.Tasks;
import org.djladapters.task.classification.LabelTask;
import org.djladapters.task.embedding.EmbeddingTask;
import org.djladapters.task.embedding.SentenceEncoder;
import org.djladapters.task.embedding.Similarities;
import org.djladapters.task.embedding.TextEmbeddings;
import org.djladapters.task.kind.Batching;
import org.djladapters.task.kind.Measuring;
import org.djladapters.task.kind.Task;
import org.djladapters.task.metric.EvaluationListener;
import org.djladapters.task.option.ClassWeights;
import org.djladapters.task.option.TaskOptions;
import org.djladapters.task.option.TeacherOptions;

/**
 * A model that another one learns from. It sees the training data once, before that one trains, and
 * is closed then.
 *
 * @param model its directory
 * @param adapter the directory of an adapter that it has
 */
public record Teacher(ModelDirectory model, Optional<Path> adapter) {

    /** The temperature of classes where none is chosen. */
    public static final double TEMPERATURE = 2;

    /** The share of the teacher in the loss of classes where none is chosen. */
    public static final double WEIGHT = 0.5;

    private static final String NAME = "teacher";
    private static final int BATCH_SIZE = 64;

    /** Finds the teacher of a run. */
    public static Teacher of(TeacherOptions options) throws IOException {
        return new Teacher(
                ModelDirectory.open(ModelLocation.resolve(options.model())),
                options.adapter().isPresent()
                        ? Optional.of(ModelLocation.adapter(options.adapter().get()))
                        : Optional.empty());
    }

    /**
     * Makes the task that learns from a teacher of one that learns from labels.
     *
     * @throws IllegalArgumentException if there is nothing to learn from a teacher
     */
    public static Task student(Task task, TaskOptions run, TeacherOptions options) {
        boolean classes =
                task instanceof LabelTask labels && labels.kind() == TaskKind.CLASSIFICATION;
        if (!classes && (options.temperature().isPresent() || options.weight().isPresent())) {
            throw new IllegalArgumentException(
                    "The temperature and the weight of a teacher are for classes, but this is %s; leave them out"
                            .formatted(task.kind().noun()));
        }
        if (task instanceof EmbeddingTask) {
            return task;
        }
        if (!classes) {
            throw new IllegalArgumentException(
                    "A teacher is for classes and embeddings, but this is %s; leave it out"
                            .formatted(task.kind().noun()));
        }
        if (!run.classWeights().equals(ClassWeights.EQUAL)) {
            throw new IllegalArgumentException(
                    "A teacher says as much of every example, but classes were given weights; leave"
                            + " out the weights or the teacher");
        }
        return new DistilledTask(
                task, options.temperature().orElse(TEMPERATURE), options.weight().orElse(WEIGHT));
    }

    /** Returns what the record of a run says of the teacher. */
    public Map<String, String> options() throws IOException {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("teacher", model.name());
        options.put("teacher_sha256", Sha256.of(model.weightFiles()));
        if (adapter.isPresent()) {
            options.put("teacher_adapter", adapter.get().toAbsolutePath().getFileName().toString());
            options.put("teacher_adapter_sha256", AdapterDirectory.fingerprint(adapter.get()));
        }
        return options;
    }

    /**
     * Has the teacher look at the training data.
     *
     * @param student the task that {@link #student} made
     * @param pupil the model that is to learn
     * @param note takes what the user should know
     * @throws IllegalArgumentException if the teacher does not give what the student learns
     */
    public TeacherOutputs teach(
            Task student, AdaptedModel pupil, LabelledData train, Consumer<String> note)
            throws IOException {
        // products of the same kind, so that a run that is resumed finds the same numbers
        OpenOptions opening = OpenOptions.builder().optMatmul(pupil.matmul()).build();
        try (AdaptedModel opened = AdaptedModel.open(model.path(), opening)) {
            List<Adapter> adapters = new ArrayList<>();
            if (adapter.isPresent()) {
                adapters.add(AdapterDirectory.load(opened, NAME, adapter.get()));
                opened.activate(NAME);
            }
            Optional<Task> task = Tasks.of(opened, adapters);
            if (student instanceof DistilledTask distilled) {
                return classes(opened, task, (LabelTask) distilled.student(), train);
            }
            PairData pairs = (PairData) train;
            EmbeddingTask embedding = (EmbeddingTask) student;
            boolean embeds = task.isEmpty() || task.get().kind() == TaskKind.EMBEDDING;
            if (embedding.learnsVectors()) {
                if (!embeds) {
                    throw other(
                            task.get(),
                            "the loss %s needs one that gives vectors of texts"
                                    .formatted(embedding.lossKind().word()));
                }
                return vectors(opened, embedding, pupil, pairs);
            }
            return TeacherOutputs.ofRows(
                    scaled(scores(opened, task, embeds, pairs), embedding, note), pairs.size());
        }
    }

    private IllegalArgumentException other(Task task, String needed) {
        return new IllegalArgumentException(
                "The teacher '%s' is for %s, but %s; give another teacher"
                        .formatted(model.path(), task.kind().noun(), needed));
    }

    /** Returns the teacher's logits of the student's classes, in their order. */
    private TeacherOutputs classes(
            AdaptedModel opened, Optional<Task> task, LabelTask student, LabelledData train)
            throws IOException {
        if (!(task.orElse(null) instanceof LabelTask own)
                || own.kind() != TaskKind.CLASSIFICATION) {
            throw new IllegalArgumentException(
                    "The teacher '%s' does not predict one of several classes, which the student learns; give another teacher"
                            .formatted(model.path()));
        }
        List<String> known = own.labels().labels();
        List<String> wanted = student.labels().labels();
        if (!Set.copyOf(known).equals(Set.copyOf(wanted))) {
            throw new IllegalArgumentException(
                    "The teacher '%s' knows the classes %s, but those of '%s' are %s; give a teacher that was trained on these"
                            .formatted(
                                    model.path(),
                                    String.join(", ", known),
                                    train.source(),
                                    String.join(", ", wanted)));
        }
        int[] places = wanted.stream().mapToInt(known::indexOf).toArray();
        BatchedDataset batches = own.dataset(opened, train, Batching.inOrder(BATCH_SIZE));
        float[] values = new float[Math.multiplyExact(train.size(), places.length)];
        Measuring.forEachBatch(
                opened,
                batches,
                new EvaluationListener() {},
                batch -> {
                    float[] logits =
                            ModelOutputs.logits(opened.predict(batch.getData())).toFloatArray();
                    List<?> rows = batch.getIndices();
                    for (int i = 0; i < rows.size(); i++) {
                        int start = (Integer) rows.get(i) * places.length;
                        for (int k = 0; k < places.length; k++) {
                            values[start + k] = logits[i * places.length + places[k]];
                        }
                    }
                });
        return TeacherOutputs.ofRows(values, train.size());
    }

    /** Returns the teacher's vectors of all texts, each text once. */
    private TeacherOutputs vectors(
            AdaptedModel opened, EmbeddingTask student, AdaptedModel pupil, PairData pairs)
            throws IOException {
        EmbeddingTask own = EmbeddingTask.of(opened, OptionalInt.empty()).requireBoth();
        if (student.needsSameWidth()) {
            long width = own.width(opened);
            long needed = student.width(pupil);
            if (width != needed) {
                throw new IllegalArgumentException(
                        "The vectors of the teacher '%s' have %d dimensions, those of the model %d; with the loss cosine or margin-mse it learns the teacher's similarities"
                                .formatted(model.path(), width, needed));
            }
        }
        Embedded embedded = embed(opened, own.encoder(), pairs);
        return new TeacherOutputs(embedded.values(), embedded.width(), embedded.columns());
    }

    /** Vectors end to end, and for every column of texts the places of the rows' texts. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Embedded(float[] values, int width, List<int[]> columns) {}

    private static Embedded embed(AdaptedModel opened, SentenceEncoder encoder, PairData pairs)
            throws IOException {
        Map<String, Integer> places = new LinkedHashMap<>();
        int columns = 2 + pairs.negatives();
        List<int[]> found =
                IntStream.range(0, columns).mapToObj(column -> new int[pairs.size()]).toList();
        int row = 0;
        for (PairData.Row pair : pairs.rows()) {
            List<String> texts = pair.prompted(encoder.settings());
            for (int column = 0; column < columns; column++) {
                places.putIfAbsent(texts.get(column), places.size());
                found.get(column)[row] = places.get(texts.get(column));
            }
            row++;
        }
        TextEmbeddings texts =
                TextEmbeddings.of(opened, encoder, List.copyOf(places.keySet()), BATCH_SIZE);
        try (NDManager scope = opened.model().getNDManager().newSubManager()) {
            float[] values = texts.values(scope, done -> {});
            return new Embedded(values, values.length / places.size(), found);
        }
    }

    /** Returns the teacher's scores of the second text and all negatives of every row. */
    private float[] scores(AdaptedModel opened, Optional<Task> task, boolean embeds, PairData pairs)
            throws IOException {
        if (embeds) {
            EmbeddingTask own = EmbeddingTask.of(opened, OptionalInt.empty()).requireBoth();
            Embedded embedded = embed(opened, own.encoder(), pairs);
            int width = embedded.columns().size() - 1;
            float[] scores = new float[Math.multiplyExact(pairs.size(), width)];
            for (int i = 0; i < scores.length; i++) {
                int row = i / width;
                scores[i] =
                        (float)
                                Similarities.cosine(
                                        embedded.values(),
                                        embedded.columns().get(0)[row],
                                        embedded.columns().get(1 + i % width)[row],
                                        embedded.width());
            }
            return scores;
        }
        if (task.get().kind() != TaskKind.RERANKING && task.get().kind() != TaskKind.REGRESSION) {
            throw other(
                    task.get(),
                    "pairs are scored by a reranker or a model that gives vectors of texts");
        }
        List<StringPair> texts = new ArrayList<>();
        for (PairData.Row row : pairs.rows()) {
            row.texts().stream()
                    .skip(1)
                    .forEach(text -> texts.add(new StringPair(row.first(), text)));
        }
        // pairs of similar length share a batch
        List<Integer> order =
                IntStream.range(0, texts.size())
                        .boxed()
                        .sorted(Comparator.comparingInt(i -> length(texts.get(i))))
                        .toList();
        float[] scores = new float[texts.size()];
        try (TaskModel<StringPair, Float> scorer =
                TaskModel.of(opened, StringPair.class, Float.class)) {
            List<Float> found = scorer.predict(order.stream().map(texts::get).toList());
            for (int i = 0; i < scores.length; i++) {
                scores[order.get(i)] = found.get(i);
            }
        } catch (TranslateException e) {
            throw new IOException(
                    "The teacher '%s' can't read the texts of '%s': %s"
                            .formatted(model.path(), pairs.source(), e.getMessage()),
                    e);
        }
        return scores;
    }

    private static int length(StringPair pair) {
        return pair.getKey().length() + pair.getValue().length();
    }

    /** Scales scores as those of data where cosines or products of vectors can't be like them. */
    private static float[] scaled(float[] scores, EmbeddingTask student, Consumer<String> note) {
        if (!student.learnsCosines()) {
            return scores;
        }
        double[] numbers = new double[scores.length];
        for (int i = 0; i < scores.length; i++) {
            numbers[i] = scores[i];
        }
        float[] scaled = PairDataset.scaled(numbers, "the teacher's scores");
        if (!Arrays.equals(scaled, scores)) {
            note.accept(
                    "The teacher's scores are scaled so that the smallest becomes 0 and the largest"
                            + " 1");
        }
        return scaled;
    }
}
