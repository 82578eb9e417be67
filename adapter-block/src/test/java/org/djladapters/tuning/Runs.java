/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.data.ImageFolder;
import org.djladapters.data.LabelledData;
import org.djladapters.data.PromptData;
import org.djladapters.data.TestData;
import org.djladapters.data.TextData;
import org.djladapters.hub.OpenOptions;
import org.djladapters.matmul.Matmul;
import org.djladapters.model.AdaptedModel;

/** Fine-tuning runs on the small models, with data that they can tell apart. */
public final class Runs {

    private static final List<String> WORDS = List.of("a b c d", "m n o p", "w x y z");

    private Runs() {}

    public static AdaptedModel open(String model) throws IOException {
        return AdaptedModel.open(Path.of("src/test/resources/models", model));
    }

    public static AdaptedModel open(String model, Matmul matmul) throws IOException {
        return AdaptedModel.open(
                Path.of("src/test/resources/models", model),
                OpenOptions.builder().optMatmul(matmul).build());
    }

    public static boolean takesImages(String model) {
        return List.of("tiny-vit", "tiny-dinov2", "tiny-resnet").contains(model);
    }

    /** Examples that suit a model, of as many labels as given. */
    public static LabelledData data(String model, Path folder, int rows, String... labels)
            throws IOException {
        return takesImages(model)
                ? images(folder, rows, labels)
                : texts(folder.resolveSibling(folder.getFileName() + ".tsv"), rows, labels);
    }

    /** Texts of random length from the letters of their label. */
    public static TextData texts(Path file, int rows, String... labels) throws IOException {
        Random random = new Random(rows);
        StringBuilder text = new StringBuilder("label\tsentence1\n");
        for (int row = 0; row < rows; row++) {
            int label = row % labels.length;
            List<String> letters = List.of(WORDS.get(label % WORDS.size()).split(" ", -1));
            text.append(labels[label]).append('\t');
            for (int i = 0; i < 3 + random.nextInt(6); i++) {
                text.append(letters.get(random.nextInt(letters.size()))).append(' ');
            }
            text.append(".\n");
        }
        return TextData.read(Files.writeString(file, text));
    }

    /** Sums of two one-digit numbers, as many as given, in a fixed order that looks random. */
    public static PromptData sums(Path file, int rows) throws IOException {
        StringBuilder text = new StringBuilder("prompt\tresponse\n");
        for (int row = 0; row < rows; row++) {
            int place = row * 37 % 100; // 37 and 100 have no common factor
            text.append("%d+%d=\t%d\n".formatted(place / 10, place % 10, place / 10 + place % 10));
        }
        return PromptData.read(Files.writeString(file, text));
    }

    /** Prompts and responses as lines of a file: "prompt response". */
    public static PromptData prompts(Path file, String... rows) throws IOException {
        String text = String.join("\n", rows).replace(' ', '\t');
        return PromptData.read(Files.writeString(file, "prompt\tresponse\n" + text + "\n"));
    }

    /** Images of one colour for each label, of random lightness. */
    private static ImageFolder images(Path folder, int rows, String... labels) throws IOException {
        Random random = new Random(rows);
        for (int row = 0; row < rows; row++) {
            int label = row % labels.length;
            int colour = (150 + random.nextInt(100)) << (8 * label);
            Path file = folder.resolve(labels[label]).resolve(row + ".png");
            TestData.image(file, 40, 40, colour);
        }
        return ImageFolder.read(folder);
    }

    /** Images of random pixels whose labels are numbers: how light they are. */
    public static ImageFolder pictures(Path folder, int rows) throws IOException {
        Random random = new Random(rows);
        for (int row = 0; row < rows; row++) {
            int lightness = row % 3;
            BufferedImage image = new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB);
            for (int i = 0; i < 1600; i++) {
                int grey = 70 * lightness + random.nextInt(80) + i % 40;
                image.setRGB(i % 40, i / 40, grey * 0x010101);
            }
            TestData.write(folder.resolve(lightness + ".5").resolve(row + ".png"), image);
        }
        return ImageFolder.read(folder);
    }

    public static AdapterConfig compound(String model) {
        return CompoundConfig.builder()
                .optOrders(1, 2)
                .optBlockSize(16)
                .optScaling(true)
                .optTargets(
                        model.equals("tiny-resnet")
                                ? Targets.of("convolution")
                                : Targets.allLinear())
                .build();
    }

    public static FineTuner.Builder builder(
            AdaptedModel model, String name, LabelledData train, LabelledData dev, Path output) {
        return FineTuner.builder()
                .setModel(model)
                .setConfig(compound(name))
                .setTrain(train)
                .setDev(dev)
                .setOutput(output)
                .optBatchSize(8)
                .optEpochs(3)
                .optLearningRate(0.02)
                .optHeadLearningRate(0.02);
    }

    /** Runs three epochs of three steps each; no step may leave more than the batch made ahead. */
    public static void assertReleasesArrays(
            AdaptedModel model, FineTuner.Builder tuner, int ofABatch) throws IOException {
        NDManager host = model.baseParameters().values().iterator().next().getManager();
        NDManager own = model.model().getNDManager();
        List<Integer> counts = new ArrayList<>();
        ProgressListener counter =
                new ProgressListener() {
                    @Override
                    public void onStep(int epoch, int step, double loss) {
                        counts.add(host.getManagedArrays().size() + own.getManagedArrays().size());
                    }
                };
        tuner.optListener(counter).build().run();
        // in the last of the three steps of an epoch no batch is made ahead
        int least = counts.get(2);
        assertThat(counts).hasSize(9).allMatch(count -> count >= least);
        assertThat(counts).allMatch(count -> count <= least + ofABatch);
        assertThat(List.of(counts.get(5), counts.get(8))).containsOnly(least);
    }

    public static Map<String, float[]> values(Adapter adapter) {
        Map<String, float[]> values = new LinkedHashMap<>();
        adapter.parameters()
                .forEach((name, value) -> values.put(name, value.getArray().toFloatArray()));
        return values;
    }

    public static Map<String, float[]> base(AdaptedModel model) {
        Map<String, float[]> values = new LinkedHashMap<>();
        for (Map.Entry<String, NDArray> entry : model.baseParameters().entrySet()) {
            if (entry.getValue().getDataType().isFloating()) {
                values.put(entry.getKey(), entry.getValue().toFloatArray());
            }
        }
        return values;
    }

    /** Remembers what a run tells, and may stop it. */
    public static class Recorder implements ProgressListener {

        final List<Double> losses = new ArrayList<>();
        final List<Integer> epochs = new ArrayList<>();
        final List<String> notes = new ArrayList<>();
        private int stopEpoch;
        private int stopStep;

        Recorder stopAt(int epoch, int step) {
            stopEpoch = epoch;
            stopStep = step;
            return this;
        }

        @Override
        public void onStep(int epoch, int step, double loss) {
            if (epoch == stopEpoch && step == stopStep) {
                throw new StoppedException();
            }
        }

        @Override
        public void onEpoch(
                int epoch, double trainLoss, Map<String, Double> devMetrics, boolean isBest) {
            epochs.add(epoch);
            losses.add(trainLoss);
        }

        @Override
        public void onNote(String note) {
            notes.add(note);
        }
    }

    /** Stands for a process that ends. */
    public static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
