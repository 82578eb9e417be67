/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.BufferedImageFactory;
import ai.djl.modality.cv.Image;
import ai.djl.translate.Translator;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.surgery.AdaptedModel;
import org.djladapters.surgery.HeadConfig;
import org.djladapters.surgery.ModelDirectory;
import org.djladapters.surgery.Models;
import org.djladapters.tuning.Deployment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Merged models in a process that has DJL's own jars, what they need, and nothing else. */
class StockProcessTest {

    /** DJL, its engine for PyTorch and its tokenizers, and the libraries that they depend on. */
    private static final Pattern DJL =
            Pattern.compile(
                    "(api|basicdataset|tokenizers|pytorch-(engine|jni|native-.*)|gson|jna"
                            + "|commons-(compress|codec|io|lang3)|slf4j-.*|error_prone_annotations)"
                            + "-[0-9].*\\.jar");

    private static final List<String> LABELS = List.of("billing", "delivery", "other");
    private static final String TEXT = "the bill is wrong";

    /** Float32, computed in another process, with other memory alignment at worst. */
    private static final Offset<Double> CLOSE = Offset.offset(1e-6);

    /**
     * Where DJL resizes a picture, it rounds down: half a level of 255 on average, and much of what
     * noise has left after it is made small.
     */
    private static final Offset<Double> RESIZED = Offset.offset(0.03);

    @TempDir Path folder;

    @Test
    void stockCriteriaAndTranslatorsGiveThePredictionsOfTheAdaptedModel() throws Exception {
        String labels = AdapterDirectory.labelsText(LABELS);
        Export texts = export("tiny-bert", new HeadConfig(3, HeadConfig.Pooling.MEAN), labels);
        Export embeddings = export("tiny-roberta", null, null);
        Export images = export("tiny-dinov2", new HeadConfig(3, HeadConfig.Pooling.CLS), labels);
        Export ownHead = export("tiny-vit", null, null);
        Path small = picture("small.png", Pictures.noise(images.size(), images.size()));
        Path large = picture("large.png", Pictures.noise(3 * images.size(), 2 * images.size()));
        Path fitting = picture("fitting.png", Pictures.noise(ownHead.size(), ownHead.size()));

        List<String> lines =
                run(
                        List.of("text", texts.merged().toString(), TEXT),
                        List.of("embedding", embeddings.merged().toString(), TEXT),
                        List.of("image", images.merged().toString(), small.toString()),
                        List.of("image", images.merged().toString(), large.toString()),
                        List.of("image", ownHead.merged().toString(), fitting.toString()));

        assertThat(lines).hasSize(5);
        requireClose(lines.get(0), classes(texts.predict(String.class, TEXT)), CLOSE);
        float[] embedding = embeddings.predict(String.class, float[].class, TEXT);
        double[] found =
                Arrays.stream(lines.get(1).replaceAll("[\\[\\] ]", "").split(","))
                        .mapToDouble(Double::parseDouble)
                        .toArray();
        assertThat(found).hasSize(embedding.length);
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).isCloseTo(embedding[i], Offset.offset(1e-5));
        }
        requireClose(lines.get(2), classes(images.predict(small)), CLOSE);
        requireClose(lines.get(3), classes(images.predict(large)), RESIZED);
        requireClose(lines.get(4), classes(ownHead.predict(fitting)), CLOSE);
    }

    /** An adapter and the model that it was merged into. */
    private record Export(Path base, Path adapter, Path merged) {

        int size() throws IOException {
            return ModelDirectory.open(base).imageSize().orElseThrow();
        }

        <I> Classifications predict(Class<I> type, I input) throws Exception {
            return predict(type, Classifications.class, input);
        }

        Classifications predict(Path picture) throws Exception {
            return predict(Image.class, new BufferedImageFactory().fromFile(picture));
        }

        /** Predicts with the adapter plugged in. */
        <I, O> O predict(Class<I> type, Class<O> result, I input) throws Exception {
            try (AdaptedModel model = AdaptedModel.open(base)) {
                AdapterDirectory.load(model, "a", adapter);
                Translator<I, O> translator =
                        Deployment.of(model, adapter).translator(type, result);
                try (Predictor<I, O> predictor = model.newPredictor(translator)) {
                    return predictor.predict(input);
                }
            }
        }
    }

    private Export export(String base, HeadConfig head, String labels) throws Exception {
        Path adapter = TrainedAdapters.save(base, head, labels, folder.resolve("adapter-" + base));
        Path merged = folder.resolve("merged-" + base);
        try (AdaptedModel model = AdaptedModel.open(Models.directory(base))) {
            AdapterDirectory.load(model, "a", adapter);
            Deployment.of(model, adapter).exportMerged(merged);
        }
        return new Export(Models.directory(base), adapter, merged);
    }

    private Path picture(String name, BufferedImage image) throws IOException {
        Path file = folder.resolve(name);
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    @SafeVarargs
    private List<String> run(List<String>... predictions) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
        command.add("-cp");
        command.add(classPath());
        Path program = Path.of(getClass().getResource("/stock/StockPredictions.java").toURI());
        command.add(program.toString()); // compiled by the new process itself
        for (List<String> prediction : predictions) {
            command.addAll(prediction);
        }
        Path errors = folder.resolve("errors.txt");
        Path output = folder.resolve("output.txt");
        Process process =
                new ProcessBuilder(command)
                        .redirectError(errors.toFile())
                        .redirectOutput(output.toFile())
                        .start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
        return Files.readAllLines(output, StandardCharsets.UTF_8);
    }

    private static String classPath() {
        String whole =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> jars =
                Arrays.stream(whole.split(File.pathSeparator))
                        .filter(entry -> DJL.matcher(new File(entry).getName()).matches())
                        .toList();
        assertThat(jars).anyMatch(jar -> jar.contains("pytorch-engine"));
        return jars.stream().collect(Collectors.joining(File.pathSeparator));
    }

    private static Map<String, Double> classes(Classifications result) {
        Map<String, Double> classes = new HashMap<>();
        List<Classifications.Classification> items = result.items();
        items.forEach(item -> classes.put(item.getClassName(), item.getProbability()));
        return classes;
    }

    private static void requireClose(
            String line, Map<String, Double> expected, Offset<Double> tolerance) {
        List<String> found = List.of(line.split(" "));
        assertThat(found).hasSameSizeAs(expected.keySet());
        for (String entry : found) {
            int end = entry.indexOf('=');
            double probability = Double.parseDouble(entry.substring(end + 1));
            assertThat(probability).isCloseTo(expected.get(entry.substring(0, end)), tolerance);
        }
    }
}
