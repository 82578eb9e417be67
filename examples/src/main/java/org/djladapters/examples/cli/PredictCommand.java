/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.djladapters.data.TaskKind;
import org.djladapters.examples.prediction.TextModel;
import org.djladapters.examples.prediction.TextTask;
import org.djladapters.hub.ModelTower;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.NonFinite;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.task.TaskModel;
import org.djladapters.task.Tasks;
import org.djladapters.task.ZeroShotImages;
import org.djladapters.task.kind.TextResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Predicts from texts, images or tensors. */
@Command(
        name = "predict",
        header = {
            "Predicts from texts or images with an adapter or a merged model, or runs a model on"
                    + " tensors.",
            "",
            "  adapters predict --model model --adapter tuned --text \"Where is my parcel?\"",
            "  adapters predict --model merged --input texts.csv --text-column message \\",
            "      --output labels.csv",
            "  adapters predict --model clip --adapter tuned --image photos",
            "  adapters predict --model model --adapter a --adapter b --rows 1,2,0 \\",
            "      --input in.safetensors --output out.safetensors",
            ""
        },
        description =
                "A classification gives labels with probabilities, a regression a number,"
                        + " embeddings vectors; entities, answers and relevance as the model was"
                        + " trained.")
@OptionGroup.In(OptionGroup.MODEL_AND_DATA)
final class PredictCommand extends ProgramCommand {

    private static final String INTERRUPTED =
            "Interrupted, and no file was written; run the same command again to start over";

    @Mixin private BaseModelOption model;

    @Mixin private ProductOptions products;

    @Option(
            names = "--adapter",
            paramLabel = "DIR",
            description =
                    "Adapter: "
                            + Locations.ADAPTERS
                            + ". Several are applied together in the order given, unless --rows is"
                            + " given. Default: none, for a merged model.")
    private List<String> adapters = List.of();

    @Option(
            names = "--rows",
            paramLabel = "N",
            split = ",",
            description =
                    "Give every row of the tensors its own adapter, a number for each"
                            + " row: 1 for the first --adapter, 2 for the second, 0 for the base"
                            + " model.")
    private List<Integer> rows = List.of();

    @Option(names = "--merged", description = "Merge the adapters into the weights first.")
    private boolean merged;

    @Option(
            names = "--text",
            paramLabel = "TEXT",
            description =
                    "Text to predict from, instead of --input; may be repeated. The first text of a"
                            + " pair, the query of a ranking, or the question. Default: none.")
    private List<String> texts = List.of();

    @Option(
            names = "--text-pair",
            paramLabel = "TEXT",
            description =
                    "Second text of a pair, the passage of a ranking, or the text that answers the"
                            + " question; one for each --text. Default: none.")
    private List<String> pairs = List.of();

    @Option(
            names = "--image",
            paramLabel = "PATH",
            description =
                    "Image to predict from, instead of --text and --input: a file, or a folder with"
                            + " images and folders of them; may be repeated. Default: none.")
    private List<Path> images = List.of();

    @Option(
            names = "--class",
            paramLabel = "TEXT",
            description =
                    "With --image and a model of texts and images, such as CLIP: text for a class"
                            + " that needs no training, as \"a photo of a cat\"; may be repeated."
                            + " Default: none, the classes of the model or the adapter.")
    private List<String> classes = List.of();

    @Option(
            names = "--input",
            paramLabel = "FILE",
            description =
                    "Texts: a TSV, CSV, JSON Lines or Parquet file (.tsv, .csv, .jsonl, .parquet)"
                        + " with columns, or any other file with a text a line. Or tensors: a"
                        + " safetensors file, known by its name or content, with a tensor"
                        + " input.<argument> for every argument of the model. Default: none, for"
                        + " --text.")
    private Path input;

    @Option(
            names = "--text-column",
            paramLabel = "NAME",
            description =
                    "Column of the text; others are ignored. Default: sentence1, with sentence2 for"
                            + " pairs if there is one; question and context for questions.")
    private String textColumn;

    @Option(
            names = "--text-pair-column",
            paramLabel = "NAME",
            description = "With --text-column: column of the second text. Default: none.")
    private String pairColumn;

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--output",
            paramLabel = "FILE",
            description =
                    "File to write: predictions as its name says (.jsonl, .tsv, .csv), in the order"
                            + " of the texts; or a safetensors file with a tensor output.<key> for"
                            + " every output of the model. Default: predictions go to standard"
                            + " output as JSON Lines.")
    private Path output;

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--top-k",
            paramLabel = "K",
            description =
                    "Number of classes to name with their probabilities, in the column top."
                            + " Default: the best one.")
    private Integer topK;

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--strict",
            description =
                    "Fail and write nothing if an output tensor has values that are infinite"
                            + " or not a number. Without this option that is a warning. Predictions"
                            + " from texts always fail then.")
    private boolean strict;

    @Mixin private ProgressOptions shown;

    @Override
    public Integer call() throws Exception {
        check();
        products.check();
        return input != null && TensorFiles.isIn(input) ? runTensors() : predict();
    }

    private void check() {
        if (merged && adapters.isEmpty()) {
            throw wrong("--merged needs an --adapter to merge");
        }
        if (merged && !rows.isEmpty()) {
            throw wrong(
                    "--rows chooses an adapter per row, but --merged fixes the adapters; leave"
                            + " out one of the two");
        }
        for (int number : rows) {
            if (number < 0 || number > adapters.size()) {
                throw wrong(
                        "--rows has %d, but there are %d adapters (0 is the base model)"
                                .formatted(number, adapters.size()));
            }
        }
        if (Stream.of(texts.isEmpty(), input == null, images.isEmpty()).filter(no -> !no).count()
                != 1) {
            throw wrong("Give either --text TEXT, --image PATH or --input FILE");
        }
        if (!classes.isEmpty() && images.isEmpty()) {
            throw wrong("--class is for images; add --image PATH or leave it out");
        }
        if (textColumn != null && input == null) {
            throw wrong("--text-column names a column of --input FILE; leave it out with --text");
        }
        if (!pairs.isEmpty() && pairs.size() != texts.size()) {
            throw wrong(
                    "Give a --text-pair for each --text, or none; there are %d for %d"
                            .formatted(pairs.size(), texts.size()));
        }
        if (topK != null && topK < 1) {
            throw wrong("--top-k must be at least 1, got " + topK);
        }
        if (pairColumn != null && textColumn == null) {
            throw wrong(
                    "--text-pair-column needs --text-column, which names the column of the first"
                            + " text");
        }
    }

    private int runTensors() throws IOException {
        if (output == null) {
            throw wrong("Tensors need --output FILE, a safetensors file to write");
        }
        if (topK != null || textColumn != null) {
            throw wrong(
                    "'%s' holds tensors, but --top-k and --text-column are for texts; leave them out"
                            .formatted(input));
        }
        List<Path> folders = adapterFolders();
        try (AdaptedModel opened =
                        model.open(folders.stream().findFirst(), products.withoutTrial());
                NDManager manager = opened.model().getNDManager().newSubManager()) {
            NDList inputs =
                    TensorFiles.inputs(
                            input, opened.inputNames(), opened.optionalInputs(), manager);
            List<String> names = loadAdapters(opened, folders);
            if (rows.isEmpty()) {
                opened.activate(names.toArray(new String[0]));
            }
            if (merged) {
                opened.merge();
            }
            NDList outputs =
                    rows.isEmpty()
                            ? opened.predict(inputs)
                            : opened.predict(inputs, adapterOfRow(names));
            Map<String, NDArray> results = TensorFiles.named(outputs);
            NonFinite.sentence(results).ifPresent(this::reportNonFinite);
            SafetensorsFile.write(output, results, Map.of());
        }
        return 0;
    }

    private void reportNonFinite(String sentence) {
        if (strict) {
            throw new ArithmeticException(sentence);
        }
        Warnings.print(List.of(sentence), err());
    }

    private List<String> adapterOfRow(List<String> names) {
        return rows.stream()
                .map(number -> number == 0 ? AdaptedModel.BASE : names.get(number - 1))
                .toList();
    }

    private List<Path> adapterFolders() throws IOException {
        List<Path> folders = new ArrayList<>();
        for (String adapter : adapters) {
            folders.add(Locations.adapter(adapter, spec()));
        }
        return folders;
    }

    private List<String> loadAdapters(AdaptedModel opened, List<Path> folders) throws IOException {
        List<String> names = new ArrayList<>();
        for (Path folder : folders) {
            String name = "adapter" + names.size();
            Warnings.load(opened, name, folder, spec());
            names.add(name);
        }
        return names;
    }

    private int predict() throws Exception {
        if (!rows.isEmpty()) {
            throw wrong("--rows is for the rows of tensors; others have all adapters together");
        }
        RowWriter.Form form = form();
        Progress progress = shown.progress();
        List<Path> folders = adapterFolders();
        Optional<Path> first = folders.stream().findFirst();
        ModelTower single = images.isEmpty() ? ModelTower.TEXT : ModelTower.IMAGE;
        ModelTower tower = classes.isEmpty() ? single : null;
        try (AdaptedModel opened =
                model.open(first, products.asTrained(folders), FileAccessOption.tower(tower))) {
            return Interruption.watch(
                    progress, err(), INTERRUPTED, watch -> predict(opened, folders, form, watch));
        }
    }

    private void predict(
            AdaptedModel opened, List<Path> folders, RowWriter.Form form, Interruption watch)
            throws IOException {
        String[] names = loadAdapters(opened, folders).toArray(new String[0]);
        if (names.length > 0) {
            opened.activate(names);
        }
        if (merged) {
            opened.merge();
        }
        if (images.isEmpty()) {
            predictTexts(opened, names, form, watch);
        } else {
            predictImages(opened, names, form, watch);
        }
    }

    private void predictTexts(
            AdaptedModel opened, String[] names, RowWriter.Form form, Interruption watch)
            throws IOException {
        TextRows.Source source = source(TextModel.kind(opened, names));
        long all = count(source); // finds a malformed row before hours of work
        try (TextRows read = source.open();
                TextPrediction prediction =
                        TextPrediction.open(
                                opened, read.arePairs(), topK == null ? 0 : topK, names)) {
            write(
                    opened,
                    form,
                    all,
                    rows ->
                            prediction.run(
                                    read,
                                    all,
                                    (row, named) -> rows.write(row.where(), named),
                                    watch));
        }
    }

    private void predictImages(
            AdaptedModel opened, String[] names, RowWriter.Form form, Interruption watch)
            throws IOException {
        TaskKind kind =
                classes.isEmpty()
                        ? TextModel.kind(opened, names).orElse(TaskKind.EMBEDDING)
                        : TaskKind.CLASSIFICATION;
        if (topK != null && !TextTask.namesClasses(kind)) {
            throw wrong(
                    "--top-k is for classes, but the model is for %s; leave it out"
                            .formatted(kind.noun()));
        }
        predictImages(opened, names, form, watch, Tasks.of(kind).result(false).orElseThrow());
    }

    private <O> void predictImages(
            AdaptedModel opened,
            String[] names,
            RowWriter.Form form,
            Interruption watch,
            TextResult<?, O> result)
            throws IOException {
        if (!classes.isEmpty()) {
            ZeroShotImages fitting = ZeroShotImages.of(opened, classes);
            writeImages(
                    opened,
                    form,
                    watch,
                    result,
                    found -> fitting.predict(found).stream().map(result.output()::cast).toList());
            return;
        }
        try (TaskModel<Image, O> task = TaskModel.of(opened, Image.class, result.output(), names)) {
            writeImages(opened, form, watch, result, task::predict);
        }
    }

    private <O> void writeImages(
            AdaptedModel opened,
            RowWriter.Form form,
            Interruption watch,
            TextResult<?, O> result,
            ImageFiles.Prediction<O> prediction)
            throws IOException {
        ImageFiles files = ImageFiles.of(images);
        int top = topK == null ? 0 : topK;
        write(
                opened,
                form,
                files.files().size(),
                rows ->
                        files.predict(
                                prediction,
                                watch,
                                (file, predicted) -> {
                                    JsonObject named = new JsonObject();
                                    named.addProperty("image", file.toString());
                                    result.naming().add(predicted, top, named);
                                    rows.write(file.toString(), named);
                                }));
    }

    /** Takes predictions, with the place that each is from. */
    @FunctionalInterface
    private interface Rows {
        void write(String where, JsonObject named) throws IOException;
    }

    /** Makes predictions. */
    @FunctionalInterface
    private interface Run {
        void into(Rows rows) throws IOException;
    }

    /** Writes predictions where they belong. */
    private void write(AdaptedModel opened, RowWriter.Form form, long all, Run run)
            throws IOException {
        long start = System.nanoTime();
        if (output == null) {
            run.into((where, named) -> out().println(PlainText.json(named.toString())));
            return;
        }
        RowWriter.writeFile(output, form, writer -> run.into(writer::write));
        out().println(
                        new ResultLine()
                                .count("rows", all)
                                .computed(opened)
                                .seconds((System.nanoTime() - start) / 1e9)
                                .text("output", output.toString()));
    }

    private RowWriter.Form form() {
        return output == null
                ? RowWriter.Form.JSON_LINES
                : checked(() -> RowWriter.Form.of("--output", output));
    }

    private TextRows.Source source(Optional<TaskKind> kind) {
        if (input == null) {
            return () -> TextRows.of(texts, pairs);
        }
        if (!TextRows.hasColumns(input)) {
            if (textColumn != null) {
                throw wrong(
                        ("'%s' has a text a line and no columns; name a file that ends in .tsv,"
                                        + " .csv or .jsonl, or leave out --text-column")
                                .formatted(input));
            }
            return () -> TextRows.ofLines(input);
        }
        if (textColumn != null) {
            List<String> named =
                    pairColumn == null ? List.of(textColumn) : List.of(textColumn, pairColumn);
            return () -> TextRows.ofTable(input, named, List.of());
        }
        if (kind.equals(Optional.of(TaskKind.QUESTION_ANSWERING))) {
            return () -> TextRows.ofTable(input, List.of("question", "context"), List.of());
        }
        return () -> TextRows.ofTable(input, List.of("sentence1"), List.of("sentence2"));
    }

    /** Reads all rows once and counts them. */
    private long count(TextRows.Source source) throws IOException {
        long count = 0;
        try (TextRows read = source.open()) {
            while (read.next() != null) {
                count++;
            }
        }
        if (count == 0) {
            throw new IOException("'%s' has no texts".formatted(input));
        }
        return count;
    }
}
