/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.djladapters.data.ImageFolder;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.LabelledData;
import org.djladapters.data.PromptData;
import org.djladapters.data.RetrievalData;
import org.djladapters.data.TaskKind;
import org.djladapters.examples.prediction.TextModel;
import org.djladapters.examples.report.SearchGain;
import org.djladapters.hub.ModelTower;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.Evaluator;
import org.djladapters.task.metric.ClassScore;
import org.djladapters.task.metric.EvaluationListener;
import org.djladapters.task.metric.PredictedRow;
import org.djladapters.tuning.SearchChange;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Evaluates a fine-tuned adapter, or a model. */
@Command(
        name = "evaluate",
        header = {
            "Evaluates a fine-tuned adapter, or a model, on data.",
            "",
            "  adapters evaluate --model model --adapter tuned --data test.tsv",
            "  adapters evaluate --model merged --data test.tsv --predictions rows.csv",
            "  adapters evaluate --model model --adapter tuned --data test.csv \\",
            "      --text-column message --label-column topic",
            "  adapters evaluate --model model --adapter tuned --data pairs.tsv \\",
            "      --corpus corpus.tsv",
            "  adapters evaluate --model model --adapter tuned --task embedding \\",
            "      --data pairs.tsv",
            "  adapters evaluate --model language-model --adapter tuned --data texts.txt",
            ""
        },
        description = "The last line is the result as JSON.")
@OptionGroup.In(OptionGroup.MODEL_AND_DATA)
final class EvaluateCommand extends ProgramCommand {

    private static final String NAME = "evaluated";
    private static final String MRR = "mrr@10";
    private static final String INTERRUPTED =
            "Interrupted, and nothing was measured; run the same command again to start over";

    @Mixin private BaseModelOption model;

    @Mixin private ProductOptions products;

    @Mixin
    private final AdapterOption adapter =
            AdapterOption.optional(
                    "Adapter: "
                            + Locations.ADAPTERS
                            + ". Default: none, the model itself is measured.");

    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE",
            description =
                    "Examples with labels or responses: a TSV, CSV, JSON Lines or Parquet file,"
                            + " a folder"
                            + " that holds dev.tsv or dev_matched.tsv, or a folder of images; for"
                            + " question answering a JSON file of SQuAD's form. Or, for the"
                            + " perplexity of a language model, plain text: a file that ends in"
                            + " .txt with a text a line.")
    private Path data;

    @Mixin private ColumnOptions columns;

    @Mixin private CorpusOptions corpus;

    @Option(
            names = "--corpus-vectors",
            paramLabel = "FILE",
            description =
                    "With --corpus, without an adapter or with one of queries alone: vectors of the"
                            + " passages, as embed writes them or a vector store exports them."
                            + " Passages that it lacks are embedded. Default: none.")
    private Path corpusVectors;

    @Option(
            names = "--task",
            paramLabel = "KIND",
            description =
                    "Kind of task of the data. Default: that of the adapter. embedding evaluates"
                            + " any adapter by the vectors of texts, without its head.")
    private TaskKind task;

    @Option(
            names = "--max-length",
            paramLabel = "N",
            description =
                    "Embeddings without an adapter, and plain text: number of tokens after which"
                            + " texts are truncated. Default: the model's maximum, at most 512.")
    private Integer maxLength;

    @Option(
            names = "--at",
            split = ",",
            paramLabel = "K",
            description =
                    "Embeddings: numbers of passages, such as 1,3,5,10, by which a search is"
                            + " measured, too: accuracy@K, precision@K, recall@K, ndcg@K, mrr@K and"
                            + " map@K. Default: none.")
    private List<Integer> depths = List.of();

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--predictions",
            paramLabel = "FILE",
            description =
                    "File to write with a row for every example (.jsonl, .tsv, .csv): its file and"
                            + " line, its label, its prediction and, for classes and answers, the"
                            + " probability. Not for embeddings and plain text. Default: none.")
    private Path predictions;

    @Mixin private SearchPageOption page;

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--per-class",
            description =
                    "Also show precision, recall, F1 and support of every class or type of"
                            + " entities and, where an example has one class, which classes are"
                            + " taken for which. The result has them, too.")
    private boolean perClass;

    @Mixin private ProgressOptions shown;

    @Override
    public Integer call() throws Exception {
        check();
        page.check();
        products.check();
        RowWriter.Form form = form();
        Progress progress = shown.progress();
        try (AdaptedModel opened =
                model.open(
                        adapter.folder(),
                        products.asTrained(adapter.folder()),
                        FileAccessOption.tower(
                                ImageFolder.hasImages(data)
                                        ? ModelTower.IMAGE
                                        : ModelTower.TEXT))) {
            return Interruption.watch(
                    progress, err(), INTERRUPTED, watch -> evaluate(opened, form, watch));
        }
    }

    private void evaluate(AdaptedModel opened, RowWriter.Form form, Interruption watch)
            throws IOException {
        Path folder = adapter.folder().orElse(null);
        LabelledData examples = withVectors(atDepths(read(folder, opened)));
        boolean plainTexts = examples instanceof PromptData texts && texts.arePlainTexts();
        check(examples, plainTexts);
        ResultLine line = new ResultLine();
        adapter.load(opened, NAME).ifPresent(line::sizes);
        if (folder != null) {
            opened.delete(NAME);
            if (Evaluator.measuresBody(Evaluator.task(folder), examples)) {
                err().println("The adapter was trained for another task; its head is left out");
                line.flag("head_left_out", true);
            }
        }
        long start = System.nanoTime();
        Rows rows = new Rows(watch);
        Optional<Rows> without = page.isGiven() ? Optional.of(new Rows(watch)) : Optional.empty();
        Map<String, Double> metrics =
                folder == null
                        ? Evaluator.evaluate(opened, examples, limit(), rows)
                        : Evaluator.evaluate(
                                opened, folder, examples, limit(), without.map(r -> r), rows);
        watch.clear();
        line.metrics(metrics);
        RetrievalData.search(examples).ifPresent(line::search);
        if (plainTexts) {
            count(rows.columns.get("tokens"), line);
        }
        line.seconds((System.nanoTime() - start) / 1e9).computed(opened);
        adapter.location().ifPresent(location -> line.text("adapter", location));
        if (perClass) {
            ClassReport report = report(rows);
            report.print(out());
            report.addTo(line);
        }
        if (without.isPresent()) {
            showChange(examples, without.get(), rows, line);
        }
        if (predictions != null) {
            RowWriter.writeFile(predictions, form, writer -> write(rows.predicted, writer));
        }
        out().println(line);
    }

    /** Shows what the search found without the adapter and with it. */
    private void showChange(LabelledData examples, Rows without, Rows with, ResultLine line)
            throws IOException {
        RetrievalData search = RetrievalData.search(examples).orElseThrow();
        SearchGain gain = new SearchGain(new SearchChange(search, without.columns, with.columns));
        SearchChangeReport report = new SearchChangeReport(gain, MRR);
        report.print("", out());
        report.describe(line);
        page.write(gain, MRR, adapter.location().orElseThrow(), line);
    }

    private static boolean mayHaveClasses(LabelledData examples) {
        return examples.task().isEmpty()
                || Set.of(TaskKind.MULTI_LABEL_CLASSIFICATION, TaskKind.TOKEN_CLASSIFICATION)
                        .contains(examples.task().get());
    }

    private ParameterException withoutClasses() {
        return wrong(
                "--per-class is for classes and entities, but '%s' has none; leave it out"
                        .formatted(data));
    }

    private ClassReport report(Rows rows) {
        if (rows.classes.isEmpty()) {
            throw withoutClasses();
        }
        return new ClassReport(rows.classes, rows.confusion);
    }

    /** Adds the numbers of tokens and texts that a perplexity is of. */
    private void count(double[] tokens, ResultLine line) {
        long single = Arrays.stream(tokens).filter(count -> count == 0).count();
        if (single > 0) {
            err().printf(
                            "Left out, since nothing predicts a first token: %d of %d texts, which"
                                    + " have a single one%n",
                            single, tokens.length);
        }
        line.count("tokens", (long) Arrays.stream(tokens).sum());
        line.count("texts", tokens.length - single);
    }

    private LabelledData atDepths(LabelledData examples) {
        return depths.isEmpty() ? examples : search(examples, "--at").measuredAt(depths);
    }

    private LabelledData withVectors(LabelledData examples) {
        return corpusVectors == null
                ? examples
                : search(examples, "--corpus-vectors").withVectors(corpusVectors);
    }

    private RetrievalData search(LabelledData examples, String option) {
        return RetrievalData.search(examples)
                .orElseThrow(
                        () ->
                                wrong(
                                        "%s is for queries and passages, which '%s' does not hold; leave it out"
                                                .formatted(option, data)));
    }

    private void check() {
        if (depths.stream().anyMatch(k -> k < 1)) {
            throw wrong("--at takes numbers of passages from 1 on, got " + depths);
        }
        if (page.isGiven() && adapter.location().isEmpty()) {
            throw wrong(
                    "--search-report needs --adapter, with which the model is compared; add it or"
                            + " leave the report out");
        }
        if (!corpus.isGiven()) {
            if (corpusVectors != null) {
                throw wrong(
                        "--corpus-vectors needs --corpus, whose passages are searched; add it or"
                                + " leave the vectors out");
            }
            return;
        }
        if (task != null && task != TaskKind.EMBEDDING) {
            throw wrong(
                    "--corpus is for embeddings; leave it out for the task %s"
                            .formatted(task.noun()));
        }
        corpus.check(columns);
        requireNoPredictions("embeddings");
    }

    private void check(LabelledData examples, boolean plainTexts) {
        boolean embeddings = examples.task().equals(Optional.of(TaskKind.EMBEDDING));
        if (plainTexts) {
            requireNoPredictions("plain texts");
        } else if (embeddings) {
            requireNoPredictions("embeddings");
        }
        page.check(examples);
        if (perClass && (plainTexts || !mayHaveClasses(examples))) {
            throw withoutClasses();
        }
        if (maxLength == null || plainTexts) {
            return;
        }
        if (!embeddings) {
            throw wrong(
                    "--max-length is for embeddings and plain text, but '%s' is for another task; leave it out"
                            .formatted(data));
        }
        if (adapter.location().isPresent()) {
            throw wrong(
                    "--max-length is for embeddings without an --adapter, which keeps the length it"
                            + " was trained with; leave out one of the two");
        }
    }

    private void requireNoPredictions(String what) {
        if (predictions != null) {
            throw wrong(
                    "--predictions is not for %s, which have no prediction for an example; leave it out"
                            .formatted(what));
        }
    }

    private RowWriter.Form form() {
        return predictions == null
                ? null
                : checked(() -> RowWriter.Form.of("--predictions", predictions));
    }

    /** Keeps the predictions of the examples, which are in memory as well. */
    private final class Rows implements EvaluationListener {

        private final Interruption watch;
        private final List<PredictedRow> predicted = new ArrayList<>();
        private Map<String, double[]> columns = Map.of();
        private List<ClassScore> classes = List.of();
        private long[][] confusion = {};

        Rows(Interruption watch) {
            this.watch = watch;
        }

        @Override
        public void onExamples(int done, int all) {
            watch.onWork("evaluate", done, all);
        }

        @Override
        public void onPrediction(PredictedRow row) {
            predicted.add(row);
        }

        @Override
        public void onClasses(List<ClassScore> scores) {
            classes = scores;
        }

        @Override
        public void onLabels(LabelSpace space, double[] labels, double[] predictions) {
            if (perClass && space.kind() == TaskKind.CLASSIFICATION) {
                confusion = new long[space.outputs()][space.outputs()];
                for (int i = 0; i < labels.length; i++) {
                    confusion[(int) labels[i]][(int) predictions[i]]++;
                }
            }
        }

        @Override
        public void onColumns(Map<String, double[]> found) {
            columns = found;
        }
    }

    private static void write(List<PredictedRow> rows, RowWriter writer) throws IOException {
        for (PredictedRow row : rows) {
            writer.write(row.where(), named(row));
        }
    }

    private static JsonObject named(PredictedRow row) {
        JsonObject named = new JsonObject();
        named.addProperty("example", row.where());
        named.addProperty("label", row.label());
        named.addProperty("prediction", row.prediction());
        row.probability().ifPresent(p -> named.addProperty("probability", (float) p));
        return named;
    }

    private OptionalInt limit() {
        return maxLength == null ? OptionalInt.empty() : OptionalInt.of(maxLength);
    }

    private LabelledData read(Path folder, AdaptedModel opened) throws IOException {
        if (corpus.isGiven()) {
            return corpus.read(data, columns);
        }
        Optional<TaskKind> kind = Optional.ofNullable(task);
        if (kind.isEmpty()) {
            kind = folder == null ? TextModel.kind(opened) : Evaluator.task(folder);
        }
        return columns.readDev(data, kind);
    }
}
