/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples;

import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.training.dataset.Batch;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.TextData;
import org.djladapters.data.TextDataset;
import org.djladapters.examples.minilm.MiniLm;
import org.djladapters.io.AtomicFiles;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.TaskModel;
import org.djladapters.tuning.FineTuner;
import org.djladapters.tuning.FineTuningResult;
import org.djladapters.tuning.ProgressListener;

/**
 * The whole way of an adapter, from top to bottom: a sentence encoder learns to tell what customers
 * want from their messages, once with a head on the frozen encoder only, once with a compound
 * adapter too; both are compared, used, saved, and the better one becomes a plain DJL model.
 */
public final class Demo {

    private static final int EPOCHS = 5;
    private static final int BATCH_SIZE = 8;
    private static final double LEARNING_RATE = 5e-4;
    private static final double HEAD_LEARNING_RATE = 5e-3;

    /** Rotations of blocks of 128 features, on all linear layers of the encoder. */
    private static final CompoundConfig COMPOUND =
            CompoundConfig.builder()
                    .setOrders(1, 2, 3)
                    .optBlockSize(128)
                    .optTargets(Targets.allLinear())
                    .build();

    /** How many messages are shown with what the models make of them. */
    private static final int SHOWN = 5;

    /**
     * How much merging may change a logit, relative to the largest one: a thousand roundings of
     * float32. On its way through 38 linear layers a number passes as many sums of 384 to 1536
     * products, whose roundings grow with the square root of their number.
     */
    private static final double TOLERANCE = 1000 * Math.scalb(1.0, -24);

    private Demo() {}

    /**
     * Runs the demonstration.
     *
     * @param output the folder for the data, the adapters and the merged model
     * @param out where the results are shown
     * @param listener follows the training
     * @throws IOException if a file can't be written
     * @throws ModelException if DJL can't open the merged model
     * @throws TranslateException if DJL can't run the merged model
     * @throws IllegalStateException if the merged model does not give what the adapted one gives
     */
    public static void run(Path output, PrintWriter out, ProgressListener listener)
            throws IOException, ModelException, TranslateException {
        requireOwn(output);
        Path encoder = MiniLm.directory();
        TextData train = TextData.read(copyOf("train.tsv", output));
        TextData dev = TextData.read(copyOf("dev.tsv", output));
        out.printf("Model: %s%n", encoder);
        out.printf("Data: %d messages for training, %d for testing%n", train.size(), dev.size());

        try (AdaptedModel model = AdaptedModel.open(encoder)) {
            out.println("Training a head on the frozen model ...");
            AdapterConfig headOnly = BaselineConfig.head();
            FineTuningResult frozen = tune(model, "frozen", headOnly, train, dev, output, listener);
            List<String> before = labels(model, "frozen", dev);

            out.println("Training a compound adapter and a head ...");
            FineTuningResult adapted =
                    tune(model, "adapter", COMPOUND, train, dev, output, listener);
            List<String> after = labels(model, "adapter", dev);

            Path merged = emptied(output.resolve("merged"));
            try (TaskModel<NDList, NDList> task =
                    TaskModel.of(model, NDList.class, NDList.class, "adapter")) {
                task.export(merged);
            }

            showComparison(frozen, adapted, out);
            showPredictions(dev, before, after, out);
            checkMerged(merged, model, dev, out);
            showNext(encoder, adapted, dev, out);
        }
    }

    /** Trains; the adapter is active in the model afterwards and saved in a folder of its name. */
    private static FineTuningResult tune(
            AdaptedModel model,
            String name,
            AdapterConfig config,
            TextData train,
            TextData dev,
            Path output,
            ProgressListener listener)
            throws IOException {
        return FineTuner.builder()
                .setModel(model)
                .setConfig(config)
                .setTrain(train)
                .setDev(dev)
                .setOutput(output.resolve(name))
                .optOverwrite(true)
                .optName(name)
                .optEpochs(EPOCHS)
                .optBatchSize(BATCH_SIZE)
                .optLearningRate(LEARNING_RATE)
                .optHeadLearningRate(HEAD_LEARNING_RATE)
                .optListener(listener)
                .build()
                .run();
    }

    /** The label that the model gives every message with an adapter. */
    private static List<String> labels(AdaptedModel model, String adapter, TextData data)
            throws IOException, TranslateException {
        List<String> texts = data.rows().stream().map(TextData.Row::first).toList();
        try (TaskModel<String, Classifications> task =
                TaskModel.of(model, String.class, Classifications.class, adapter)) {
            return task.predict(texts).stream()
                    .map(result -> result.best().getClassName())
                    .toList();
        }
    }

    private static void showComparison(
            FineTuningResult frozen, FineTuningResult adapted, PrintWriter out) throws IOException {
        String row = "%-24s %12s %35s %14s%n";
        out.printf(
                "%n" + row,
                "",
                "dev accuracy",
                "trainable parameters (without head)",
                "adapter file");
        out.printf(row, cells("frozen model + head", frozen));
        out.printf(row, cells("compound adapter + head", adapted));
    }

    private static Object[] cells(String name, FineTuningResult result) throws IOException {
        long bytes = Files.size(result.adapterDirectory().resolve("adapter_model.safetensors"));
        return new Object[] {
            name,
            "%.1f %%".formatted(100 * result.metrics().get("accuracy")),
            "%,d".formatted(result.adapterParameters()),
            "%,d bytes".formatted(bytes)
        };
    }

    /** Shows messages on which the models differ, those that got worse among them. */
    private static void showPredictions(
            TextData data, List<String> before, List<String> after, PrintWriter out) {
        int[] changed =
                IntStream.range(0, data.size())
                        .filter(i -> !before.get(i).equals(after.get(i)))
                        .toArray();
        out.printf(
                "%nThe models differ on %d of %d messages. The first ones:%n",
                changed.length, data.size());
        for (int i : IntStream.of(changed).limit(SHOWN).toArray()) {
            out.printf("  \"%s\"%n", data.rows().get(i).first());
            out.printf(
                    "    is %s; before: %s, after: %s%n",
                    data.label(i), before.get(i), after.get(i));
        }
    }

    /** Opens the merged model with nothing but DJL and compares its logits. */
    private static void checkMerged(Path merged, AdaptedModel model, TextData data, PrintWriter out)
            throws IOException, ModelException, TranslateException {
        Criteria<NDList, NDList> criteria =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optModelPath(merged)
                        .optEngine("PyTorch")
                        .build();
        TextDataset dataset =
                TextDataset.builder()
                        .setData(data)
                        .setModel(model.directory().orElseThrow())
                        .setInputs(model.inputNames())
                        .setLabelSpace(LabelSpace.of(data))
                        .build();
        double difference = 0;
        double largest = 0;
        try (ZooModel<NDList, NDList> plain = criteria.loadModel();
                Predictor<NDList, NDList> predictor = plain.newPredictor();
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            for (Batch batch : dataset.getData(manager)) {
                try (batch) {
                    NDArray expected = logits(model.predict(batch.getData()));
                    NDArray actual = logits(predictor.predict(batch.getData()));
                    actual.attach(expected.getManager());
                    difference = Math.max(difference, largest(actual.sub(expected)));
                    largest = Math.max(largest, largest(expected));
                }
            }
        }
        out.printf(
                "%nMerged model: %s%n  its logits differ from the adapted model's by at most %.1e"
                        + " (the largest is %.1f)%n",
                merged, difference, largest);
        if (!(difference <= TOLERANCE * largest)) {
            throw new IllegalStateException(
                    ("The merged model '%s' differs from the adapted one by %.1e, more than"
                                    + " rounding in float32 explains")
                            .formatted(merged, difference));
        }
    }

    private static NDArray logits(NDList outputs) {
        return outputs.stream()
                .filter(array -> "logits".equals(array.getName()))
                .findFirst()
                .orElse(outputs.get(0));
    }

    private static double largest(NDArray array) {
        return array.abs().max().getFloat();
    }

    private static void showNext(
            Path encoder, FineTuningResult adapted, TextData dev, PrintWriter out) {
        out.printf("Adapter: %s%n", adapted.adapterDirectory());
        out.printf(
                "%nNext, try%n  java -jar examples/target/adapters.jar evaluate --model %s"
                        + " --adapter %s --data %s%n",
                encoder, adapted.adapterDirectory(), dev.source());
    }

    /** Refuses a folder that holds anything but an earlier demonstration, which is replaced. */
    private static void requireOwn(Path output) throws IOException {
        if (!Files.isDirectory(output)) {
            return;
        }
        try (Stream<Path> files = Files.list(output);
                InputStream train = Demo.class.getResourceAsStream("messages/train.tsv")) {
            Path copy = output.resolve("train.tsv");
            boolean own =
                    Files.exists(copy)
                            && Arrays.equals(train.readAllBytes(), Files.readAllBytes(copy));
            if (!own && files.anyMatch(AtomicFiles::isContent)) {
                throw new IOException(
                        "Output '%s' is a folder with other files; choose a new one"
                                .formatted(output));
            }
        }
    }

    private static Path copyOf(String resource, Path folder) throws IOException {
        Files.createDirectories(folder);
        Path target = folder.resolve(resource);
        try (InputStream in = Demo.class.getResourceAsStream("messages/" + resource)) {
            AtomicFiles.writeBytes(target, ByteBuffer.wrap(in.readAllBytes()));
        }
        return target;
    }

    /** Makes room for a new export. */
    private static Path emptied(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
        return folder;
    }
}
