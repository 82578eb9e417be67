/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.djladapters.data.RetrievalData;
import org.djladapters.hub.ModelTower;
import org.djladapters.model.AdaptedModel;
import org.djladapters.student.StaticEmbedder;
import org.djladapters.task.StaticDistillation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a static student of an embedding model. */
@Command(
        name = "distill",
        header = {
            "Makes a small, fast student of an embedding model: a table of token vectors.",
            "",
            "  adapters distill --static --model model --adapter tuned --texts pairs.tsv \\",
            "      --texts corpus.tsv --output student",
            "  adapters distill --static --model model --texts texts.txt --dimensions 256 \\",
            "      --queries dev.tsv --corpus corpus.tsv --output student",
            ""
        },
        description =
                "The student runs in Java alone (StaticEmbedder) and opens in model2vec and"
                        + " sentence-transformers. The last line is the result as JSON.")
@OptionGroup.In(OptionGroup.TRAINING)
final class DistillCommand extends ProgramCommand {

    private static final String NAME = "teacher";
    private static final String RECALL = "recall@1";

    /** Long enough to measure a speed. */
    private static final int MEASURED_TEXTS = 20_000;

    @Option(
            names = "--static",
            description =
                    "Make a static student: the vector of a text is the mean of those of its"
                            + " tokens. There are no other students.")
    private boolean isStatic;

    @Mixin private ModelOption model;

    @Mixin private ProductOptions products;

    @Mixin
    private final AdapterOption adapter =
            AdapterOption.optional(
                    "Adapter of the teacher: " + Locations.ADAPTERS + ". Default: none.");

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--texts",
            required = true,
            paramLabel = "FILE",
            description =
                    "Texts to learn from: a file with a text a line, or a TSV, CSV, JSON Lines or"
                            + " Parquet file with the column text, or sentence1 (queries) and"
                            + " sentence2 (passages). Queries matter: texts of their kind are"
                            + " learned best. May be repeated.")
    private List<Path> texts;

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--queries",
            paramLabel = "FILE",
            description =
                    "Queries with which student and teacher are compared in a search, with a"
                            + " relevant passage each, in the columns sentence1 and sentence2, or"
                            + " those that --text-column and --text-pair-column name; with"
                            + " --relevance in the columns id and text. Default: none.")
    private Path queries;

    @Mixin private ColumnOptions columns;

    @Mixin private CorpusOptions corpus;

    @Option(
            names = "--dimensions",
            paramLabel = "N",
            description =
                    "Number of dimensions of the student's vectors. Default: that of the teacher.")
    private Integer dimensions;

    @Option(
            names = "--max-length",
            paramLabel = "N",
            description =
                    "Number of tokens after which the teacher truncates texts. Default: as the"
                            + " adapter was trained, else the model's maximum, at most 512.")
    private Integer maxLength;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Random seed by which texts are held out. Default: 42.")
    private long seed = 42;

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description = "Folder to write the student to.")
    private Path output;

    @Mixin private ProgressOptions shown;

    @Override
    public Integer call() throws Exception {
        check();
        products.check();
        long start = System.nanoTime();
        StudentTexts read = StudentTexts.read(texts);
        RetrievalData search = queries == null ? null : corpus.readOrOwn(queries, columns);
        Progress progress = shown.progress();
        try (AdaptedModel opened =
                model.open(
                        products.asTrained(adapter.folder()),
                        FileAccessOption.tower(ModelTower.TEXT))) {
            return Interruption.watch(
                    progress,
                    err(),
                    Interruption.NOTHING_WRITTEN,
                    watch -> distill(opened, read, search, watch, start));
        }
    }

    private void check() {
        if (!isStatic) {
            throw wrong("distill makes static students alone; add --static");
        }
        if (queries == null && (corpus.isGiven() || columns.isGiven())) {
            throw wrong(
                    "--corpus, --relevance and the columns are for a search; add --queries, or"
                            + " leave them out");
        }
    }

    private void distill(
            AdaptedModel opened,
            StudentTexts read,
            RetrievalData search,
            Interruption watch,
            long start)
            throws IOException {
        adapter.activate(opened, NAME);
        StaticDistillation distillation = distillation(opened, read, watch);
        StaticDistillation.Result result = distillation.distill(output);
        StaticEmbedder student = StaticEmbedder.open(output);
        ResultLine line =
                new ResultLine()
                        .count("texts", result.texts())
                        .count("tokens", result.tokens())
                        .count("dimensions", result.dimensions())
                        .count("held_out", result.heldOut())
                        .number("start_cosine", result.startCosine())
                        .number("cosine", result.cosine());
        if (search != null) {
            search.warning().ifPresent(watch::onWarning);
            add(distillation.compare(student, search), line.search(search));
        }
        watch.clear();
        out().println(
                        line.number("teacher_texts_per_second", result.textsPerSecond())
                                .number("texts_per_second", speed(student, read))
                                .count("bytes", bytes())
                                .computed(opened)
                                .seconds((System.nanoTime() - start) / 1e9)
                                .text("output", output.toString()));
    }

    private StaticDistillation distillation(
            AdaptedModel opened, StudentTexts read, Interruption watch) {
        StaticDistillation.Builder builder =
                StaticDistillation.builder()
                        .setTeacher(opened)
                        .setPassages(read.passages())
                        .optQueries(read.queries())
                        .optSeed(seed)
                        .optListener(watch.texts("embed"));
        Usage.ifGiven(dimensions, builder::optDimensions);
        Usage.ifGiven(maxLength, builder::optMaxLength);
        return checked(builder::build);
    }

    private static void add(StaticDistillation.Searches searches, ResultLine line) {
        double best = searches.teacher().get(RECALL);
        line.line("teacher", new ResultLine().metrics(searches.teacher()))
                .line("student", new ResultLine().metrics(searches.student()))
                .number("recall_kept", searches.student().get(RECALL) / best);
        if (!searches.queries().isEmpty()) {
            line.line("student_queries", new ResultLine().metrics(searches.queries()))
                    .number("recall_kept_of_queries", searches.queries().get(RECALL) / best);
        }
    }

    /** Measures how many texts a thread embeds in a second, after as many to warm up. */
    private static double speed(StaticEmbedder student, StudentTexts read) {
        List<String> all =
                Stream.concat(read.queries().stream(), read.passages().stream()).toList();
        double seconds = 0;
        for (int round = 0; round < 2; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < MEASURED_TEXTS; i++) {
                student.embed(all.get(i % all.size()));
            }
            seconds = (System.nanoTime() - start) / 1e9;
        }
        return MEASURED_TEXTS / seconds;
    }

    private long bytes() throws IOException {
        long sum = 0;
        try (Stream<Path> files = Files.list(output)) {
            for (Path file : files.toList()) {
                sum += Files.size(file);
            }
        }
        return sum;
    }
}
