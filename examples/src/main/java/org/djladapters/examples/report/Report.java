/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.djladapters.examples.report.Block.Bullets;
import org.djladapters.examples.report.Block.Details;
import org.djladapters.examples.report.Block.Gallery;
import org.djladapters.examples.report.Block.Heading;
import org.djladapters.examples.report.Block.Paragraph;
import org.djladapters.examples.report.Block.Picture;
import org.djladapters.examples.report.Block.Table;
import org.djladapters.examples.sweep.RunKey;
import org.djladapters.examples.sweep.SweepFile;
import org.djladapters.io.AtomicFiles;

/**
 * Writes a report of the results of sweeps: {@code report.md} with pictures beside it, and {@code
 * report.html}, one page with its pictures. A report has at most ten tables and eight pictures. The
 * first line says what was tuned, then come the findings, and details are folded.
 *
 * <p>Of several results of one run the last counts. Methods are compared by pairs of seeds and
 * examples; a difference is decided if its interval does not contain 0; see {@link
 * org.djladapters.examples.statistics}.
 */
public final class Report {

    private static final String MARKDOWN = "report.md";
    private static final String HTML = "report.html";
    private static final int MOST_SUITES = 4;
    private static final int SUITES_WITH_ALL_PICTURES = 2;

    private static final String QUALITY =
            "Scores × 100, except for a perplexity. ± is half of the 95 % interval, which covers"
                    + " the choice of examples and, with more than one seed, that of the seed. ";
    private static final String EQUAL_BUDGETS =
            "Methods whose number of parameters differs by less than half from that of a compound"
                + " layout. Of several compound layouts of one size the first in the sweep file is"
                + " compared with, or the first by name if that file was not given. Difference of"
                + " the means in points, with its 95 % interval, by pairs of seeds and examples;"
                + " undecided: the interval contains 0. Of 20 comparisons of equal methods one is"
                + " expected to seem decided.";
    private static final String REFERENCE =
            "Shares: the method's mean over that of the reference; and what it gains over the head"
                + " alone over what the reference gains. In brackets the 95 % intervals. A share is"
                + " undecided if the interval of what it is a share of reaches 0.";
    private static final String RANDOM_TASKS =
            "The averaged tasks as a sample of others: 95 % intervals of the mean over such tasks"
                + " by Student's t, which cover that other tasks could have been taken, and are"
                + " longer than those above. Yes: the whole interval of the share is above 99 %;"
                + " no: it is below. Share on one task: where a single further one is to be"
                + " expected, if the reference has its mean score there. The last column is the"
                + " range of the mean difference when one task is left out.";
    private static final String COSTS =
            "Outputs rotated: the share of the output coordinates of the adapted layers. Seconds:"
                    + " the mean over runs, without the trials of learning rates. Memory: of the"
                    + " training process, the smallest of the runs. File: the largest of"
                    + " the weights, head included.";
    private static final String NOT_COMPARABLE =
            " Not all runs were made in the same type, on the same processor and with as many"
                    + " threads, so seconds and memory do not compare.";
    private static final String PROTOCOL =
            "Every seed draws its own training examples and their order. Epochs, and learning rates"
                    + " where several were tried, were chosen on a held-out part of the training"
                    + " data. Parameters are those of the adapter, without the task's head.";
    private static final String RATES =
            "One factor of a method's usual learning rate for all tasks: of several that were"
                + " tried, that with the best mean on held-out training data, with the first seed."
                + " Where rates were tuned together, a pair for each task, that with the best mean"
                + " over the seeds of the trials, which tried more where it was at an edge.";
    private static final String INTERVALS =
            "A bootstrap of 2,000 rounds. Each round draws the examples of a task anew, with"
                    + " repetition, the same for all methods and seeds, and computes all metrics"
                    + " again. It also moves the mean of a method by its deviations of the seeds,"
                    + " each times a normal random number that is the same for all methods, so"
                    + " that the variance is the unbiased one of a mean. Differences and ratios"
                    + " are computed within a round. An interval goes from the 2.5th to the 97.5th"
                    + " percentile, and the part of it that comes from seeds is lengthened as"
                    + " Student's distribution is longer than the normal one: few seeds tell"
                    + " badly how much they vary. Tasks are drawn independently. With"
                    + " one seed an interval covers the choice of examples alone, and nothing is"
                    + " decided.";

    private final Settings settings;

    private record Settings(
            List<Path> results,
            List<Path> searches,
            List<Path> plans,
            Path output,
            ReportOptions options) {}

    private Report(Settings settings) {
        this.settings = settings;
    }

    /** Creates a builder. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Writes the report and returns its two pages. Files of an earlier report are replaced.
     *
     * @throws IllegalArgumentException if there are no results, more than four suites, or the
     *     reference or head is missing
     */
    public List<Path> write() throws IOException {
        if (Files.isRegularFile(settings.output())) {
            throw new IOException(
                    "Output '%s' is a file; choose a folder".formatted(settings.output()));
        }
        Map<String, SweepFile> plans = plans();
        Results results = Results.read(settings.results(), settings.searches(), plans);
        check(results.suites());
        List<Analysis> analyses = new ArrayList<>();
        for (Suite suite : results.suites()) {
            analyses.add(analysis(suite));
        }
        return write(blocks(results, analyses, plans));
    }

    private void check(List<Suite> suites) {
        if (suites.size() > MOST_SUITES) {
            throw new IllegalArgumentException(
                    "There are results of %d suites, but a page has room for %d; make several reports"
                            .formatted(suites.size(), MOST_SUITES));
        }
        requireMethod(suites, settings.options().reference(), ReportOptions::reference);
        requireMethod(suites, settings.options().head(), ReportOptions::head);
    }

    private void requireMethod(
            List<Suite> suites,
            String name,
            BiFunction<ReportOptions, Suite, Optional<Method>> find) {
        boolean found =
                suites.stream().anyMatch(s -> find.apply(settings.options(), s).isPresent());
        if (name != null && !found) {
            throw new IllegalArgumentException(
                    "There is no method '%s' in the results; there are: %s"
                            .formatted(name, Text.words(names(suites))));
        }
    }

    private static List<String> names(List<Suite> suites) {
        return suites.stream()
                .flatMap(suite -> suite.methods().stream())
                .map(method -> Text.quoted(method.name()))
                .distinct()
                .toList();
    }

    private Map<String, SweepFile> plans() throws IOException {
        Map<String, SweepFile> plans = new LinkedHashMap<>();
        for (Path file : settings.plans()) {
            SweepFile plan = SweepFile.read(file);
            if (plans.put(plan.suite(), plan) != null) {
                throw new IllegalArgumentException(
                        "Two sweep files plan the suite '%s'; give one of them"
                                .formatted(plan.suite()));
            }
        }
        return plans;
    }

    private Analysis analysis(Suite suite) throws IOException {
        List<TaskScores> tasks = new ArrayList<>();
        for (String task : suite.tasks()) {
            List<Run> runs = suite.good(task);
            if (!runs.isEmpty()) {
                tasks.add(TaskScores.read(task, runs));
            }
        }
        return new Analysis(suite, tasks, settings.options());
    }

    private List<Block> blocks(
            Results results, List<Analysis> analyses, Map<String, SweepFile> plans) {
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Heading(1, "How good are small adapters?"));
        blocks.add(new Paragraph(Tuning.sentences(results)));
        boolean several = analyses.size() > 1;
        for (Analysis analysis : analyses) {
            if (several) {
                blocks.add(new Paragraph("Suite " + analysis.suite().name() + ":"));
            }
            blocks.add(new Bullets(new Answers(analysis).sentences()));
        }
        blocks.add(new Bullets(completeness(results, plans)));
        addQuestions(blocks, analyses);
        addDetails(blocks, results, analyses, plans);
        return blocks;
    }

    /**
     * Writes sentences about missing runs and lines, and about rates at the edge of those tried.
     */
    private static List<String> completeness(Results results, Map<String, SweepFile> plans) {
        List<String> sentences = new ArrayList<>();
        for (Path file : results.unfinished()) {
            sentences.add(
                    "'%s': the last line is left out, because no line break ends it, as when a run was interrupted; if it is whole, add one."
                            .formatted(file));
        }
        for (Suite suite : results.suites()) {
            Optional<SweepFile> plan = Optional.ofNullable(plans.get(suite.name()));
            List<RunKey> planned = RunSection.planned(suite, plan);
            int missing = RunSection.missing(suite, plan).size();
            sentences.add(
                    "%s: %d of %s %s."
                            .formatted(
                                    suite.name(),
                                    planned.size() - missing,
                                    Text.counted(planned.size(), "run"),
                                    plan.isPresent()
                                            ? "that its sweep file plans are there"
                                            : "are there, as far as can be told without its sweep"
                                                    + " file"));
            List<String> atEdge =
                    suite.methods().stream()
                            .filter(method -> CostSection.isAtEdge(method.good()))
                            .map(method -> Text.quoted(method.name()))
                            .toList();
            if (!atEdge.isEmpty()) {
                sentences.add(
                        "%s: the learning rate is at the edge of those tried, and a better one may lie beyond, for %s."
                                .formatted(suite.name(), Text.words(atEdge)));
            }
        }
        return sentences;
    }

    private void addQuestions(List<Block> blocks, List<Analysis> analyses) {
        FamilyColors colors = new FamilyColors(analyses);
        List<Pictures> pictures =
                analyses.stream()
                        .map(analysis -> new Pictures(analysis, colors, start(analyses, analysis)))
                        .toList();
        blocks.add(new Heading(2, "How much quality for how many parameters?"));
        addPictures(blocks, pictures, Pictures::quality);
        for (Analysis analysis : analyses) {
            blocks.add(QualitySection.table(analysis));
        }
        blocks.add(new Paragraph(QUALITY + settings.options().averaged()));
        blocks.add(
                new Heading(2, "How far are other methods from compound with as many parameters?"));
        addPictures(blocks, pictures, Pictures::differences);
        add(blocks, ofSuites(analyses, ComparisonSection.equalBudgets(analyses)), EQUAL_BUDGETS);
        blocks.add(new Heading(2, "How near do methods come to the reference?"));
        if (analyses.size() <= SUITES_WITH_ALL_PICTURES) {
            addPictures(blocks, pictures, Pictures::share);
            addPictures(blocks, pictures, Pictures::tasks);
        }
        add(blocks, ofSuites(analyses, ComparisonSection.reference(analyses)), REFERENCE);
        Table others = ofSuites(analyses, ComparisonSection.randomTasks(analyses));
        if (!others.rows().isEmpty()) {
            blocks.add(new Heading(2, "What is to be expected on other tasks?"));
            add(blocks, others, RANDOM_TASKS);
        }
        blocks.add(new Heading(2, "What do they cost?"));
        blocks.add(ofSuites(analyses, CostSection.costs(analyses)));
        boolean comparable = analyses.stream().allMatch(CostSection::isComparable);
        blocks.add(new Paragraph(comparable ? COSTS : COSTS + NOT_COMPARABLE));
    }

    /** Returns the beginning of titles: the name of the suite if there are several. */
    private static String start(List<Analysis> analyses, Analysis analysis) {
        return analyses.size() == 1 ? "" : analysis.suite().name() + ": ";
    }

    /** Leaves out the first column, the name of the suite, if there is only one suite. */
    private static Table ofSuites(List<Analysis> analyses, Table table) {
        return analyses.size() == 1 ? table.withoutFirst() : table;
    }

    private static void add(List<Block> blocks, Table table, String explanation) {
        if (table.rows().isEmpty()) {
            blocks.add(new Paragraph("Nothing was run that tells."));
        } else {
            blocks.add(table);
            blocks.add(new Paragraph(explanation));
        }
    }

    private static void addPictures(
            List<Block> blocks,
            List<Pictures> suites,
            Function<Pictures, Optional<Picture>> picture) {
        List<Picture> drawn = suites.stream().map(picture).flatMap(Optional::stream).toList();
        if (!drawn.isEmpty()) {
            blocks.add(new Gallery(drawn));
        }
    }

    private static void addDetails(
            List<Block> blocks,
            Results results,
            List<Analysis> analyses,
            Map<String, SweepFile> plans) {
        List<Suite> suites = results.suites();
        blocks.add(new Heading(2, "How were the runs made?"));
        blocks.add(new Paragraph(PROTOCOL));
        Table notRun = ofSuites(analyses, RunSection.notRun(suites, plans));
        if (!notRun.rows().isEmpty()) {
            blocks.add(new Details("What was not run", List.of(notRun)));
        }
        blocks.add(
                new Details(
                        "Learning rates",
                        List.of(
                                ofSuites(analyses, CostSection.rates(analyses, results.trials())),
                                new Paragraph(RATES))));
        List<String> searches = RunSection.searches(results.trials());
        if (!searches.isEmpty()) {
            blocks.add(new Details("Layouts searched", List.of(new Bullets(searches))));
        }
        Table options = ofSuites(analyses, RunSection.options(suites));
        blocks.add(new Details("Options of the methods", List.of(options)));
        blocks.add(
                new Details(
                        "Models, data and versions",
                        List.of(new Bullets(RunSection.origin(suites, results.trials())))));
        blocks.add(new Details("How intervals are computed", List.of(new Paragraph(INTERVALS))));
    }

    private List<Path> write(List<Block> blocks) throws IOException {
        Files.createDirectories(settings.output());
        for (Block block : blocks) {
            if (block instanceof Gallery gallery) {
                for (Picture picture : gallery.pictures()) {
                    AtomicFiles.writeBytes(
                            settings.output().resolve(picture.file()), picture.png().duplicate());
                }
            }
        }
        Path markdown = settings.output().resolve(MARKDOWN);
        Path html = settings.output().resolve(HTML);
        AtomicFiles.writeString(markdown, Markdown.of(blocks));
        AtomicFiles.writeString(html, Html.of(blocks));
        return List.of(markdown, html);
    }

    /** Builds a report. */
    public static final class Builder {

        private List<Path> results;
        private List<Path> searches = List.of();
        private List<Path> plans = List.of();
        private Path output;
        private String reference;
        private String head;
        private boolean allTasks;

        private Builder() {}

        /** Sets the files with a line of JSON for every run; outputs and trials lie beside them. */
        public Builder setResults(List<Path> files) {
            results = List.copyOf(files);
            return this;
        }

        /** Sets the output folder, which is created if it is missing. */
        public Builder setOutput(Path folder) {
            output = folder;
            return this;
        }

        /**
         * Sets files with the trials of searches for layouts (default: those beside the results).
         */
        public Builder optSearches(List<Path> files) {
            searches = List.copyOf(files);
            return this;
        }

        /**
         * Sets the sweep files, which give the planned runs and the order of tasks and methods
         * (default: every method on all tasks with all of its seeds, in the order of names).
         */
        public Builder optPlans(List<Path> files) {
            plans = List.copyOf(files);
            return this;
        }

        /** Sets the method whose score and gain are 100 percent (default {@code LoRA, rank 8}). */
        public Builder optReference(String name) {
            reference = name;
            return this;
        }

        /** Sets the method that trains the head alone (default: the first that does). */
        public Builder optHead(String name) {
            head = name;
            return this;
        }

        /**
         * Sets whether all tasks are averaged, also those on which the reference gains less than
         * five standard errors over the head alone (default false).
         */
        public Builder optAllTasks(boolean all) {
            allTasks = all;
            return this;
        }

        public Report build() {
            Objects.requireNonNull(results, "setResults is missing");
            Objects.requireNonNull(output, "setOutput is missing");
            return new Report(
                    new Settings(
                            results,
                            searches,
                            plans,
                            output,
                            new ReportOptions(reference, head, allTasks)));
        }
    }
}
