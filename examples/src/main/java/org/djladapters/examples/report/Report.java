/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.djladapters.examples.report.Block.Gallery;
import org.djladapters.examples.report.Block.Heading;
import org.djladapters.examples.report.Block.Paragraph;
import org.djladapters.examples.report.Block.Picture;
import org.djladapters.examples.report.Block.Rows;
import org.djladapters.examples.report.Published.Claim;
import org.djladapters.examples.sweep.RunResult;
import org.djladapters.io.AtomicFiles;

/**
 * Writes what the results of sweeps say: {@code report.md} with pictures beside it, and {@code
 * report.html}, one page with the pictures in it.
 *
 * <p>Of several results of one run the last counts. Methods are compared on the mean over a suite's
 * tasks of the metric that decides, the mean over seeds first.
 */
public final class Report {

    private static final String MARKDOWN = "report.md";
    private static final String HTML = "report.html";

    private final Settings settings;

    private record Settings(
            List<Path> results, Path output, ReportOptions options, Path costs, Path published) {}

    private Report(Settings settings) {
        this.settings = settings;
    }

    /**
     * Creates a builder.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reads and writes. Files of an earlier report are replaced, others left alone.
     *
     * @return the Markdown and the page
     * @throws IOException if a file can't be read or written or holds something else
     * @throws IllegalArgumentException if there are no results, or a baseline names what is not
     *     there
     */
    public List<Path> write() throws IOException {
        List<Suite> suites = Suite.of(results());
        Published published =
                settings.published() == null
                        ? Published.builtIn()
                        : Published.read(settings.published());
        List<MeasuredCost> costs =
                settings.costs() == null ? List.of() : MeasuredCost.read(settings.costs());
        ReportOptions options = settings.options();
        requireBaselines(suites);
        List<Block> blocks = blocks(suites, published, costs, options);
        return write(blocks);
    }

    private List<RunResult> results() throws IOException {
        List<RunResult> results = new ArrayList<>();
        for (Path file : settings.results()) {
            if (!Files.exists(file)) {
                throw new NoSuchFileException(file.toString());
            }
            results.addAll(RunResult.lines(file).read());
        }
        if (results.isEmpty()) {
            throw new IllegalArgumentException(
                    "There are no results in %s; run a sweep first"
                            .formatted(Text.list(settings.results())));
        }
        return results;
    }

    private void requireBaselines(List<Suite> suites) {
        settings.options()
                .baselines()
                .forEach(
                        (name, label) -> {
                            Optional<Suite> suite =
                                    suites.stream().filter(s -> s.name().equals(name)).findFirst();
                            if (suite.isEmpty() || suite.get().find(label).isEmpty()) {
                                throw new IllegalArgumentException(
                                        "There is no %s in the results; there are: %s"
                                                .formatted(
                                                        suite.isEmpty()
                                                                ? "suite '" + name + "'"
                                                                : "method '%s' of the suite %s"
                                                                        .formatted(label, name),
                                                        names(suites, suite)));
                            }
                        });
    }

    private static String names(List<Suite> suites, Optional<Suite> suite) {
        return Text.list(
                suite.isEmpty()
                        ? suites.stream().map(Suite::name).toList()
                        : suite.get().contenders().stream().map(Contender::label).toList());
    }

    private static List<Block> blocks(
            List<Suite> suites,
            Published published,
            List<MeasuredCost> costs,
            ReportOptions options) {
        FamilyColors colors = new FamilyColors(suites);
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Heading(1, "Quality and size of adapters"));
        blocks.add(
                new Paragraph(
                        "Learning rates and epochs were selected on a held-out part of the"
                                + " training data; the metrics are those of the development"
                                + " data, which were used once. Adapter parameters are the"
                                + " trainable parameters without the task's head. Methods have"
                                + " the names of the sweep file; the last section of a suite"
                                + " shows the options behind every name."));
        blocks.addAll(verdicts(suites, published, options));
        for (Suite suite : suites) {
            blocks.addAll(new QualitySection(suite, options, colors).blocks());
            blocks.addAll(PublishedSection.blocks(suite, published, colors));
            Optional<Contender> baseline = options.baseline(suite);
            baseline.ifPresent(
                    base -> blocks.addAll(new AblationSection(suite, base, colors).blocks()));
            if (baseline.isEmpty()) {
                blocks.addAll(BudgetSection.blocks(suite));
            }
            blocks.addAll(CostSection.blocks(suite, costs));
            blocks.addAll(new TrainingSection(suite, colors).blocks());
            blocks.addAll(new CoverageSection(suite).blocks());
        }
        return blocks;
    }

    private static List<Block> verdicts(
            List<Suite> suites, Published published, ReportOptions options) {
        Judge judge = new Judge(suites, options);
        Map<String, Rows> origins = new LinkedHashMap<>();
        for (Claim claim : published.claims()) {
            origins.computeIfAbsent(claim.origin(), origin -> new Rows())
                    .add(
                            "%s (suite %s)".formatted(claim.text(), claim.suite()),
                            judge.judge(claim).sentence());
        }
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Heading(2, "Claims"));
        origins.forEach((origin, rows) -> blocks.add(rows.under("claim: " + origin, "here")));
        return blocks;
    }

    private List<Path> write(List<Block> blocks) throws IOException {
        if (Files.isRegularFile(settings.output())) {
            throw new IOException(
                    "Output '%s' is a file; choose a folder".formatted(settings.output()));
        }
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

    /** Gathers what a report is made of. */
    public static final class Builder {

        private List<Path> results;
        private Path output;
        private String reference = "lora-r8";
        private String full = "full";
        private Path costs;
        private Path published;
        private Map<String, String> baselines = Map.of();

        private Builder() {}

        /**
         * Sets the results.
         *
         * @param files files with a line of JSON for every run
         * @return this builder
         */
        public Builder setResults(List<Path> files) {
            results = List.copyOf(files);
            return this;
        }

        /**
         * Sets where the report is written.
         *
         * @param folder the folder; it is made if it is missing
         * @return this builder
         */
        public Builder setOutput(Path folder) {
            output = folder;
            return this;
        }

        /**
         * Sets the method of whose quality percentages are formed.
         *
         * @param label the method and its budget, for example {@code lora-r8}
         * @return this builder
         */
        public Builder optReference(String label) {
            reference = label;
            return this;
        }

        /**
         * Sets the method that is full fine-tuning.
         *
         * @param label the method
         * @return this builder
         */
        public Builder optFull(String label) {
            full = label;
            return this;
        }

        /**
         * Sets what {@code bench} measured.
         *
         * @param file lines that it printed
         * @return this builder
         */
        public Builder optCosts(Path file) {
            costs = file;
            return this;
        }

        /**
         * Sets published figures and claims other than those that are built in.
         *
         * @param file JSON in the form of {@code published.json}
         * @return this builder
         */
        public Builder optPublished(Path file) {
            published = file;
            return this;
        }

        /**
         * Sets the methods with which the others of their suites are compared.
         *
         * @param labels a method by suite
         * @return this builder
         */
        public Builder optBaselines(Map<String, String> labels) {
            baselines = Map.copyOf(labels);
            return this;
        }

        /**
         * Builds the report.
         *
         * @return the report
         */
        public Report build() {
            Objects.requireNonNull(results, "setResults is missing");
            Objects.requireNonNull(output, "setOutput is missing");
            return new Report(
                    new Settings(
                            results,
                            output,
                            new ReportOptions(reference, full, baselines),
                            costs,
                            published));
        }
    }
}
