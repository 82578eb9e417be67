/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;
import org.djladapters.io.PlainNumber;

/**
 * What a sweep file declares: tasks times methods with their budgets times seeds.
 *
 * <pre>{@code
 * {
 *   "suite": "text",
 *   "held_back": 0.1,
 *   "seeds": [1],
 *   "training": "--epochs 3",
 *   "tasks": [
 *     {"name": "mrpc", "train": "mrpc/train.tsv", "dev": "mrpc/dev.tsv", "training": "--metric f1"}
 *   ],
 *   "methods": [
 *     {"name": "lora", "options": "--method lora", "learning_rates": [5e-4, 1e-3, 2e-3],
 *      "budgets": [{"name": "r8", "options": "--rank 8", "seeds": [1, 2, 3]},
 *                  {"name": "r1", "options": "--rank 1"}]}
 *   ]
 * }
 * }</pre>
 *
 * <p>Options are those of {@code finetune}; those of the sweep, the task, the method and the budget
 * follow one another, and of an option given twice the last counts. A budget's learning rates and
 * seeds stand for those of its method, and a method's seeds for those of the sweep. All methods try
 * the same number of learning rates, so that none is tuned more than another. Data are found from a
 * folder that is given with the file.
 *
 * @param suite the name of the sweep
 * @param heldOut the share of the training data by which rates and epochs are chosen (default 0.1)
 * @param seeds the seeds of every method that names none (default 1)
 * @param training options of all runs
 * @param tasks what is learned
 * @param methods how it is learned
 */
public record SweepFile(
        String suite,
        Double heldOut,
        List<Long> seeds,
        String training,
        List<Task> tasks,
        List<Method> methods) {

    private static final String[] KEYS = {
        "suite", "held_back", "seeds", "training", "tasks", "methods"
    };
    private static final String[] TASK_KEYS = {"name", "train", "dev", "examples", "training"};
    private static final String[] METHOD_KEYS = {
        "name", "options", "learning_rates", "seeds", "budgets"
    };
    private static final String[] BUDGET_KEYS = {"name", "options", "learning_rates", "seeds"};
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_.-]*";

    /** Copies lists and fills in what may be left out. */
    public SweepFile {
        heldOut = heldOut == null ? Double.valueOf(0.1) : heldOut;
        seeds = seeds == null ? List.of(1L) : List.copyOf(seeds);
        training = Objects.requireNonNullElse(training, "");
        tasks = tasks == null ? List.of() : List.copyOf(tasks);
        methods = methods == null ? List.of() : List.copyOf(methods);
    }

    /**
     * A task.
     *
     * @param name its name
     * @param train the training data
     * @param dev the development data
     * @param examples to how many examples the training data is cut; null for all
     * @param training options of its runs
     */
    public record Task(String name, String train, String dev, Integer examples, String training) {

        /** Fills in what may be left out. */
        public Task {
            training = Objects.requireNonNullElse(training, "");
        }
    }

    /**
     * A method.
     *
     * @param name its name
     * @param options its options
     * @param learningRates the rates that are tried
     * @param seeds its seeds; null for those of the sweep
     * @param budgets further options under names of their own; none if it has one budget
     */
    public record Method(
            String name,
            String options,
            List<Double> learningRates,
            List<Long> seeds,
            List<Budget> budgets) {

        /** Copies lists and fills in what may be left out. */
        public Method {
            options = Objects.requireNonNullElse(options, "");
            learningRates = learningRates == null ? null : List.copyOf(learningRates);
            seeds = seeds == null ? null : List.copyOf(seeds);
            budgets =
                    budgets == null
                            ? List.of(new Budget("", "", null, null))
                            : List.copyOf(budgets);
        }
    }

    /**
     * A budget of a method.
     *
     * @param name its name
     * @param options further options
     * @param learningRates the rates that are tried; null for those of the method
     * @param seeds its seeds; null for those of the method
     */
    public record Budget(
            String name, String options, List<Double> learningRates, List<Long> seeds) {

        /** Copies lists and fills in what may be left out. */
        public Budget {
            name = Objects.requireNonNullElse(name, "");
            options = Objects.requireNonNullElse(options, "");
            learningRates = learningRates == null ? null : List.copyOf(learningRates);
            seeds = seeds == null ? null : List.copyOf(seeds);
        }
    }

    /**
     * Reads a file.
     *
     * @param file the file
     * @return what it declares
     * @throws IOException if it can't be read or declares no sweep; the message says what is wrong
     */
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
                fields.number("held_back"),
                fields.seeds("seeds"),
                fields.text("training"),
                each(fields.objects("tasks", TASK_KEYS), SweepFile::task),
                each(fields.objects("methods", METHOD_KEYS), SweepFile::method));
    }

    private static Task task(SweepFields fields) {
        return new Task(
                fields.requiredText("name"),
                fields.requiredText("train"),
                fields.requiredText("dev"),
                fields.count("examples"),
                fields.text("training"));
    }

    private static Method method(SweepFields fields) {
        return new Method(
                fields.requiredText("name"),
                fields.text("options"),
                fields.rates("learning_rates"),
                fields.seeds("seeds"),
                each(fields.objects("budgets", BUDGET_KEYS), SweepFile::budget));
    }

    private static Budget budget(SweepFields fields) {
        return new Budget(
                fields.text("name"),
                fields.text("options"),
                fields.rates("learning_rates"),
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
        }
    }

    private void checkMethods() {
        Set<String> labels = new HashSet<>();
        Set<Integer> trials = new HashSet<>();
        for (Method method : methods) {
            requireName("method", method.name());
            require(!method.budgets().isEmpty(), "'" + method.name() + "' has no budgets");
            for (Budget budget : method.budgets()) {
                if (!budget.name().isEmpty()) {
                    requireName("budget", budget.name());
                }
                String label = new RunKey("", method.name(), budget.name(), 0).label();
                String which = "the method '" + label + "' ";
                require(labels.add(label), which + "appears twice");
                List<Long> seeds = seeds(method, budget);
                require(!seeds.isEmpty(), which + "needs seeds");
                List<Double> rates = learningRates(method, budget);
                require(
                        rates != null && !rates.isEmpty(),
                        which + "needs 'learning_rates', a list of positive numbers");
                trials.add(rates.size());
                require(
                        trials.size() == 1,
                        which
                                + "tries a different number of learning rates than the methods"
                                + " before it; all must try the same number");
            }
        }
    }

    List<Long> seeds(Method method, Budget budget) {
        List<Long> own = budget.seeds() == null ? method.seeds() : budget.seeds();
        return own == null ? seeds : own;
    }

    static List<Double> learningRates(Method method, Budget budget) {
        return budget.learningRates() == null ? method.learningRates() : budget.learningRates();
    }

    private static void requireName(String what, String name) {
        require(
                name != null && name.matches(NAME),
                "'%s' can't be the name of a %s; use letters, digits, '.', '_', '-'"
                        .formatted(name, what));
    }

    private static void require(boolean condition, String problem) {
        if (!condition) {
            throw new IllegalArgumentException(problem);
        }
    }
}
