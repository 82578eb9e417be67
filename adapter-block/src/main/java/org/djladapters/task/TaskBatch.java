/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.djladapters.adapter.Adapter;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.model.AdaptedModel;

/**
 * Predicts inputs of several task models together, as for requests that wait in a server: rows of
 * adapters of different tasks go through the base model in one pass. Each is predicted as {@link
 * TaskModel#predict(List)} predicts it, up to rounding, and fails alone.
 *
 * <pre>{@code
 * TaskBatch batch = new TaskBatch();
 * TaskBatch.Part<Classifications> topics = batch.add(tickets, List.of("Where is my parcel?"));
 * TaskBatch.Part<float[]> vectors = batch.add(search, List.of("a parcel", "a bill"));
 * batch.run();
 * System.out.println(topics.get().get(0).best());
 * }</pre>
 *
 * <p>Task models share passes if they were opened {@linkplain TaskModel#beside beside} others of
 * the same base model, and have up to 32 texts, pairs or images each. Texts of very different
 * lengths have a pass each, since short ones are filled up to the longest. All else is predicted by
 * itself in the same call. For one thread.
 */
public final class TaskBatch {

    /** Texts this many tokens longer than the shortest ones of a pass cost less than a pass. */
    private static final int SPREAD = 16;

    private final List<Rows<?, ?>> parts = new ArrayList<>();

    /** The numbers of parts that have shared a pass. */
    private final List<Integer> shared = new ArrayList<>();

    /** Creates a batch without inputs. */
    public TaskBatch() {}

    /**
     * The predictions of some inputs.
     *
     * @param <O> the type of predictions
     */
    public interface Part<O> {

        /**
         * Returns the predictions in the order of the inputs, when the batch has been run.
         *
         * @throws TranslateException as {@link TaskModel#predict(List)}, as all that it throws
         */
        List<O> get() throws TranslateException;
    }

    /**
     * Adds inputs.
     *
     * @param model a task model, which stays open until the batch has been run
     * @param items texts, pairs or images, as the type of inputs says
     * @param <I> the type that is predicted from
     * @param <O> the type of predictions
     * @return the predictions, which are there after {@link #run}
     */
    public <I, O> Part<O> add(TaskModel<I, O> model, List<? extends I> items) {
        Rows<I, O> part = new Rows<>(model, new ArrayList<>(items));
        parts.add(part);
        return part;
    }

    /** Predicts all; what fails is thrown by {@link Part#get}. */
    public void run() {
        withVersions(0);
    }

    /** Returns the numbers of parts that have shared a pass, for each such pass. */
    List<Integer> shared() {
        return List.copyOf(shared);
    }

    /** Keeps the versions of all parts open while they are predicted. */
    private void withVersions(int index) {
        if (index == parts.size()) {
            predict();
            return;
        }
        Rows<?, ?> part = parts.get(index);
        try {
            part.withVersion(() -> withVersions(index + 1));
        } catch (RuntimeException e) { // it has no version; the others go on
            part.failure = e;
            withVersions(index + 1);
        }
    }

    private void predict() {
        List<Rows<?, ?>> mixed = new ArrayList<>();
        try {
            for (Rows<?, ?> part : parts) {
                if (part.begin()) {
                    mixed.add(part);
                }
            }
            mixed.sort(Comparator.comparingInt(Rows::length));
            while (!mixed.isEmpty()) {
                List<Rows<?, ?>> together = new ArrayList<>();
                mixed.stream().filter(part -> fits(part, together)).forEach(together::add);
                mixed.removeAll(together);
                predict(together);
            }
        } finally {
            parts.forEach(Rows::close);
        }
        parts.forEach(Rows::predictAlone);
    }

    private static boolean fits(Rows<?, ?> part, List<Rows<?, ?>> together) {
        if (together.isEmpty()) {
            return true;
        }
        Rows<?, ?> first = together.get(0);
        return part.length() <= 2 * first.length() + SPREAD
                && part.isLike(first)
                && together.stream().noneMatch(other -> other.hasOtherAdapterOfItsName(part));
    }

    /** Runs a pass for all; if it fails, each is left to be predicted by itself. */
    private void predict(List<Rows<?, ?>> together) {
        if (together.size() == 1) {
            together.get(0).pass();
            return;
        }
        AdaptedModel model = together.get(0).model.model();
        int length = together.stream().mapToInt(Rows::length).max().orElseThrow();
        try (NDManager scope = model.model().getNDManager().newSubManager()) {
            NDList joined = new NDList();
            for (int i = 0; i < together.get(0).begun.inputs().size(); i++) {
                NDList arrays = new NDList();
                for (Rows<?, ?> part : together) {
                    arrays.add(part.filled(i, length, scope));
                }
                NDArray all = NDArrays.concat(arrays);
                all.attach(scope);
                joined.add(all);
            }
            List<NDList> outputs =
                    model.predictions()
                            .predictParts(
                                    joined,
                                    together.stream().map(Rows::adapter).toList(),
                                    together.stream().map(Rows::size).toList(),
                                    () -> together.forEach(Rows::requireSameTask));
            for (int i = 0; i < together.size(); i++) {
                together.get(i).end(outputs.get(i), length);
            }
            shared.add(together.size());
        } catch (RuntimeException | IOException e) {
            // not all of them may have failed
        }
    }

    /** Inputs of a task model and what becomes of them. */
    private static final class Rows<I, O> implements Part<O> {

        private final TaskModel<I, O> model;
        private final List<I> items;

        private TaskVersion<I, O> version;
        private TaskPredictor<I, O>.Begun begun;
        private List<O> predictions;
        private Exception failure;

        Rows(TaskModel<I, O> model, List<I> items) {
            this.model = model;
            this.items = items;
        }

        void withVersion(Runnable work) {
            model.use(
                    used -> {
                        version = used;
                        work.run();
                        return version;
                    });
        }

        /** Makes the inputs of the model, if they can share a pass. */
        boolean begin() {
            if (version == null
                    || !version.givesRows()
                    || items.size() > TaskPredictor.BATCH_SIZE
                    || items.contains(null)) {
                return false;
            }
            try {
                begun = version.predictor().begin(items);
                return begun.inputs().stream().allMatch(this::hasRows);
            } catch (TranslateException | RuntimeException e) {
                return false; // fails again, and is told, when it is predicted by itself
            }
        }

        private boolean hasRows(NDArray array) {
            Shape shape = array.getShape();
            return shape.dimension() > 1 && shape.get(0) == items.size();
        }

        int size() {
            return items.size();
        }

        Optional<Adapter> adapter() {
            return version.adapter();
        }

        void requireSameTask() {
            version.requireSameTask();
        }

        /** Returns the length of texts in tokens; of images what is the same for all. */
        int length() {
            return (int) begun.inputs().get(0).getShape().get(1);
        }

        private boolean isOfTexts() {
            return begun.inputs().get(0).getShape().dimension() == 2;
        }

        /** Tells whether arrays of both can be rows of the same arrays. */
        boolean isLike(Rows<?, ?> other) {
            return model.model() == other.model.model()
                    && isOfTexts() == other.isOfTexts()
                    && (isOfTexts()
                            || begun.inputs()
                                    .get(0)
                                    .getShape()
                                    .slice(1)
                                    .equals(other.begun.inputs().get(0).getShape().slice(1)));
        }

        boolean hasOtherAdapterOfItsName(Rows<?, ?> other) {
            Optional<Adapter> own = adapter();
            Optional<Adapter> others = other.adapter();
            return own.isPresent()
                    && others.isPresent()
                    && own.get() != others.get()
                    && own.get().name().equals(others.get().name());
        }

        /** Returns an input whose texts are filled up to a length. */
        NDArray filled(int input, int length, NDManager scope) throws IOException {
            NDArray array = begun.inputs().get(input);
            if (!isOfTexts() || length == length()) {
                return array;
            }
            TextInputs texts = model.inputs().texts();
            NDArray filler =
                    scope.full(
                            new Shape(size(), length - length()),
                            texts.filler(input),
                            array.getDataType());
            NDArray all = array.concat(filler, 1);
            all.attach(scope);
            return all;
        }

        /** Predicts these inputs in a pass of their own. */
        void pass() {
            try {
                end(version.pass(begun.inputs()), length());
            } catch (RuntimeException e) {
                // as in end
            }
        }

        /** Reads the outputs, without those of what texts were filled up with. */
        void end(NDList outputs, int length) {
            try {
                NDList own = new NDList();
                for (NDArray output : outputs) {
                    Shape shape = output.getShape();
                    boolean ofTokens =
                            isOfTexts() && shape.dimension() == 3 && shape.get(1) == length;
                    NDArray cut = ofTokens ? output.get(":, :" + length()) : output;
                    cut.setName(output.getName());
                    own.add(cut);
                }
                predictions = List.copyOf(begun.end(own));
            } catch (TranslateException | RuntimeException e) {
                // fails again, and is told, when it is predicted by itself
            }
        }

        void predictAlone() {
            if (version != null && predictions == null) {
                try {
                    predictions = TaskPredictor.inBatches(version.predictor(), items);
                } catch (TranslateException | RuntimeException e) {
                    failure = e;
                }
            }
        }

        void close() {
            if (begun != null) {
                begun.close();
            }
        }

        @Override
        public List<O> get() throws TranslateException {
            if (failure instanceof TranslateException untranslated) {
                throw untranslated;
            }
            if (failure instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (predictions == null) {
                throw new IllegalStateException("The batch was not run; call run() first");
            }
            return predictions;
        }
    }
}
