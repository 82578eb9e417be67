/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;
import org.djladapters.io.PlainNumber;
import org.djladapters.matmul.Precision;

/**
 * The content of a sweep file: tasks times methods times seeds.
 *
 * <pre>{@code
 * {
 *   "suite": "text",
 *   "held_back": 0.1,
 *   "seeds": [1, 2, 3],
 *   "rates": [0.5, 1, 2],
 *   "training": "--epochs 3",
 *   "tasks": [
 *     {"name": "mrpc", "train": "mrpc/train.tsv", "dev": "mrpc/dev.tsv",
 *      "test": "mrpc/test.tsv", "examples": 2000, "training": "--metric f1"},
 *     {"name": "search", "train": "pairs.tsv", "dev": "dev.tsv", "corpus": "corpus.tsv",
 *      "training": "--task embedding"}
 *   ],
 *   "methods": [
 *     {"name": "LoRA, rank 8", "options": "--method lora --rank 8", "seeds": [1, 2, 3, 4, 5]},
 *     {"name": "compound, 5,000", "budget": 5000, "learning_rate": 0.01}
 *   ]
 * }
 * }</pre>
 *
 * <p>Options are those of {@code finetune}: first those of the sweep, then of the task, then of the
 * method; if an option is given twice, the last one counts. All methods try the same factors of
 * their learning rate, so that none is tuned more than another. Paths of data are relative to a
 * folder that is given with the file.
 *
 * @param suite the name of the sweep
 * @param search whether this is a search for layouts, on held-out training data alone (default
 *     false)
 * @param heldOut the share of the training data by which rates and epochs are chosen (default 0.1)
 * @param seeds the seeds of every method that names none (default 1)
 * @param rates factors of the learning rates that are tried (default 0.5, 1 and 2)
 * @param joint how the rates of adapter and head are tuned together for each task; null to choose
 *     the adapter's rate for all tasks
 * @param precision the type in which the model computes in all runs: float32 or bfloat16, not the
 *     faster one, on which results would depend; null for float32, or the type of an export
 * @param training options of all runs
 */
public record SweepFile(
        String suite,
        Boolean search,
        Double heldOut,
        List<Long> seeds,
        List<Double> rates,
        JointTuning joint,
        Precision precision,
        String training,
        List<Task> tasks,
        List<Method> methods) {

    private static final String[] KEYS = {
        "suite",
        "search",
        "held_back",
        "seeds",
        "rates",
        "joint",
        "precision",
        "training",
        "tasks",
        "methods"
    };
    private static final String[] TASK_KEYS = {
        "name",
        "train",
        "dev",
        "test",
        "corpus",
        "corpus_vectors",
        "examples",
        "head_rates",
        "training"
    };
    private static final String[] METHOD_KEYS = {
        "name", "options", "budget", "learning_rate", "seeds"
    };
    private static final List<Double> USUAL_FACTORS = List.of(0.5, 1.0, 2.0);
    private static final String[] JOINT_KEYS = {"head_rates", "seeds"};
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_.-]*";

    /** Copies lists and fills in defaults. */
    public SweepFile {
        search = Boolean.TRUE.equals(search);
        heldOut = heldOut == null ? Double.valueOf(0.1) : heldOut;
        seeds = seeds == null ? List.of(1L) : List.copyOf(seeds);
        rates = rates == null ? USUAL_FACTORS : rates.stream().sorted().toList();
        training = Objects.requireNonNullElse(training, "");
        tasks = tasks == null ? List.of() : List.copyOf(tasks);
        methods = methods == null ? List.of() : List.copyOf(methods);
    }

    /**
     * A task.
     *
     * @param dev the development data; null in a search, or if test data alone are used
     * @param test the test data; null if there are none
     * @param corpus the passages that embeddings search; null for the passages of the data
     * @param corpusVectors vectors of these, for adapters of queries alone; null to embed them
     * @param examples the number of training examples that every seed draws; null for all
     * @param headRates the factors of the head's rate in joint tuning; null for those of the sweep
     * @param training options of its runs
     */
    public record Task(
            String name,
            String train,
            String dev,
            String test,
            String corpus,
            String corpusVectors,
            Integer examples,
            List<Double> headRates,
            String training) {

        public Task {
            headRates = headRates == null ? null : List.copyOf(headRates);
            training = Objects.requireNonNullElse(training, "");
        }
    }

    /**
     * A method with a name for people.
     *
     * @param budget the largest number of parameters; null if its options decide
     * @param learningRate its usual learning rate; null for the default of the method
     * @param seeds its seeds; null for those of the sweep
     */
    public record Method(
            String name, String options, Integer budget, Double learningRate, List<Long> seeds) {

        public Method {
            options = Objects.requireNonNullElse(options, "");
            seeds = seeds == null ? null : List.copyOf(seeds);
        }
    }

    /** Reads a file. */
    public static SweepFile read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("No sweep file '%s'; give a JSON file".formatted(file));
        }
        JsonElement json = JsonFiles.read(file);
        try {
            SweepFile read = of(SweepFields.of(Files.readString(file), json, KEYS));
            read.check();
            return read;
        } catch (IllegalArgumentException e) {
            throw new MalformedFileException(file, e.getMessage(), e);
        }
    }

    private static SweepFile of(SweepFields fields) {
        return new SweepFile(
                fields.requiredText("suite"),
                fields.flag("search"),
                fields.number("held_back"),
                fields.seeds("seeds"),
                fields.factors("rates"),
                joint(fields.object("joint", JOINT_KEYS)),
                precision(fields.text("precision")),
                fields.text("training"),
                each(fields.objects("tasks", TASK_KEYS), SweepFile::task),
                each(fields.objects("methods", METHOD_KEYS), SweepFile::method));
    }

    private static JointTuning joint(SweepFields fields) {
        if (fields == null) {
            return null;
        }
        List<Double> headRates = fields.factors("head_rates");
        List<Long> seeds = fields.seeds("seeds");
        return new JointTuning(
                headRates == null ? USUAL_FACTORS : headRates,
                seeds == null ? List.of(1L, 2L) : seeds);
    }

    private static Precision precision(String name) {
        if (name == null) {
            return null;
        }
        Precision precision = Precision.of(name);
        require(
                precision != Precision.AUTO,
                "the results of a sweep must not depend on what is faster where it runs; choose"
                        + " float32 or bfloat16 as 'precision'");
        return precision;
    }

    private static Task task(SweepFields fields) {
        return new Task(
                fields.requiredText("name"),
                fields.requiredText("train"),
                fields.text("dev"),
                fields.text("test"),
                fields.text("corpus"),
                fields.text("corpus_vectors"),
                fields.count("examples"),
                fields.factors("head_rates"),
                fields.text("training"));
    }

    private static Method method(SweepFields fields) {
        return new Method(
                fields.requiredText("name"),
                fields.text("options"),
                fields.count("budget"),
                fields.rate("learning_rate"),
                fields.seeds("seeds"));
    }

    private static <T> List<T> each(List<SweepFields> objects, Function<SweepFields, T> read) {
        return objects == null ? null : objects.stream().map(read).toList();
    }

    private void check() {
        requireName("suite", suite);
        require(
                heldOut > 0 && heldOut <= 0.5,
                "the share that is held out must be more than 0 and at most 0.5, got "
                        + PlainNumber.of(heldOut));
        require(
                !rates.isEmpty(),
                "'rates' is empty; give factors of the learning rates, such as 1");
        require(
                joint == null || !(joint.headRates().isEmpty() || joint.seeds().isEmpty()),
                "'joint' needs factors of the head's rate as 'head_rates', and 'seeds'");
        require(
                joint == null || !search,
                "a search for layouts has one rate for all tasks; leave 'joint' out, or 'search'");
        require(!tasks.isEmpty(), "it has no tasks");
        require(!methods.isEmpty(), "it has no methods");
        checkTasks();
        checkMethods();
    }

    private void checkTasks() {
        Set<String> names = new HashSet<>();
        for (Task task : tasks) {
            requireName("task", task.name());
            require(names.add(task.name()), "the task '" + task.name() + "' appears twice");
            require(
                    task.headRates() == null || !(joint == null || task.headRates().isEmpty()),
                    "the task '"
                            + task.name()
                            + "' has 'head_rates', which need 'joint' and at least one factor");
            require(
                    search || task.dev() != null || task.test() != null,
                    "the task '" + task.name() + "' needs 'dev', the development data, or 'test'");
        }
    }

    private void checkMethods() {
        Map<String, String> files = new HashMap<>();
        for (Method method : methods) {
            String which = "the method '" + method.name() + "' ";
            require(
                    isPrintable(method.name()),
                    "%s can't be the name of a method; use printable characters"
                            .formatted(quote(method.name())));
            String other = files.put(SweepFolder.slug(method.name()), method.name());
            require(!method.name().equals(other), which + "appears twice");
            require(
                    other == null,
                    which
                            + "and '"
                            + other
                            + "' would have the same file names, for which only letters and digits"
                            + " count; choose names that differ in these");
            require(!seeds(method).isEmpty(), which + "needs seeds");
        }
    }

    /** Returns this sweep with runs that compute in another type. */
    public SweepFile in(Precision other) {
        return new SweepFile(
                suite, search, heldOut, seeds, rates, joint, other, training, tasks, methods);
    }

    List<Long> seeds(Method method) {
        return method.seeds() == null ? seeds : method.seeds();
    }

    private static boolean isPrintable(String name) {
        return !name.isBlank()
                && name.strip().equals(name)
                && name.codePoints().noneMatch(Character::isISOControl);
    }

    private static void requireName(String what, String name) {
        require(
                name != null && name.matches(NAME),
                "%s can't be the name of a %s; use letters, digits, '.', '_', '-'"
                        .formatted(quote(String.valueOf(name)), what));
    }

    private static void require(boolean condition, String problem) {
        if (!condition) {
            throw new IllegalArgumentException(problem);
        }
    }
}
